package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.Reach;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** How people are told of a swarm. */
final class SwarmText {
  private static final String DOCTOR = "registry.jar doctor, with the same options, says why";

  private final Ink ink;

  SwarmText(Ink ink) {
    this.ink = ink;
  }

  /** Returns what is being done at the start. */
  String ready(SwarmStatus swarm) {
    return ink.faint("entering the DHT from " + shown(swarm.dhtAddress()) + " ...");
  }

  /** Returns one line of news. */
  String stage(SwarmStage stage, SwarmStatus swarm) {
    return switch (stage) {
      case ENTERED -> ink.news("in the DHT, " + nodes(swarm) + "; looking for others on the topic");
      case JOINED ->
          ink.news(
              swarm.topics().stream().mapToLong(TopicStatus::peersFound).sum() == 0
                  ? "others can find you now; nobody else is there yet"
                  : "others can find you now; those that were found are being connected");
      case NO_ANSWER ->
          ink.no("no node of the DHT answers, it is tried on; is there a network? " + DOCTOR);
    };
  }

  /** Returns a line for each thing that can be well or not. */
  List<String> status(SwarmStatus swarm) {
    if (swarm.suspended()) {
      return List.of(ink.no("the swarm is suspended: nobody is looked for or let in"));
    }
    List<String> lines = new ArrayList<>();
    lines.add(dht(swarm));
    swarm.topics().forEach(topic -> lines.add(topic(topic)));
    lines.add(reach(swarm));
    lines.add(
        ink.faint(
            "  "
                + swarm.connections()
                + " connected, "
                + swarm.connecting()
                + " being dialled, "
                + swarm.packetsSent()
                + " packets sent, "
                + swarm.packetsReceived()
                + " received"));
    return lines;
  }

  private String dht(SwarmStatus swarm) {
    String from = " from " + shown(swarm.dhtAddress());
    if (!swarm.bootstrapped()) {
      return ink.no("the DHT is being entered" + from);
    }
    return swarm.nodes() == 0
        ? ink.bad("no node of the DHT answers; " + DOCTOR)
        : ink.good("in the DHT" + from + ", " + nodes(swarm));
  }

  private String topic(TopicStatus topic) {
    String name = "topic " + topic.topic().key().shortHex();
    String found = topic.peersFound() + " found there so far";
    if (!topic.refreshed()) {
      return ink.no(name + " is being joined, " + found);
    }
    return topic.announced()
        ? ink.good(name + ": others can find you, " + found)
        : ink.no(name + ": you are not announced, " + found);
  }

  private String reach(SwarmStatus swarm) {
    Reachability reachability = swarm.reachability();
    String advice = Reach.advice(reachability);
    String address = swarm.publicAddress().map(seen -> ", seen as " + shown(seen)).orElse("");
    String line = Reach.meaning(reachability) + address;
    return advice.isEmpty() ? ink.good(line) : ink.no(line + "; " + advice);
  }

  private static String nodes(SwarmStatus swarm) {
    return swarm.nodes() + (swarm.nodes() == 1 ? " node known" : " nodes known");
  }

  private static String shown(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
