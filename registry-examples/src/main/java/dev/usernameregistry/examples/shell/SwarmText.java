package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.Programs;
import dev.usernameregistry.examples.terminal.Reach;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How people are told of a swarm. */
final class SwarmText {
  private static final String DOCTOR =
      Programs.command("doctor") + ", with the same --topic and --bootstrap, looks closer";

  private final Ink ink;

  SwarmText(Ink ink) {
    this.ink = ink;
  }

  /** Returns what is being done at the start. */
  String ready(SwarmStatus swarm) {
    return ink.faint("entering the DHT from " + shown(swarm.dhtAddress()) + " ...");
  }

  /** Returns one line of news. */
  String stage(SwarmStage stage, SwarmStanding swarm) {
    return switch (stage) {
      case ENTERED ->
          ink.news("in the DHT, " + nodes(swarm.status()) + "; looking for others on the topic");
      case JOINED ->
          ink.news(
              swarm.status().topics().stream().mapToLong(TopicStatus::peersFound).sum() == 0
                  ? "others can find you now; nobody else is there yet"
                  : "others can find you now; those that were found are being connected");
      case NO_ANSWER -> ink.no(trouble(swarm) + "; it will be tried again");
    };
  }

  /** Returns a line for each thing that can be well or not. */
  List<String> status(SwarmStanding standing) {
    SwarmStatus swarm = standing.status();
    if (swarm.suspended()) {
      return List.of(ink.no("the swarm is suspended: nobody is looked for or let in"));
    }
    List<String> lines = new ArrayList<>();
    lines.add(dht(standing));
    swarm.topics().forEach(topic -> lines.add(topic(topic, standing)));
    swarm.trouble().flatMap(this::alone).ifPresent(lines::add);
    lines.add(reach(standing));
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

  private String dht(SwarmStanding standing) {
    SwarmStatus swarm = standing.status();
    String from = " from " + shown(swarm.dhtAddress());
    if (standing.trouble().isPresent()) {
      return standing.early() ? ink.odd(trouble(standing)) : ink.bad(trouble(standing));
    }
    return standing.entered()
        ? ink.good("in the DHT" + from + ", " + nodes(swarm))
        : ink.news("the DHT is being entered" + from);
  }

  /** Returns why nobody is connected, or not all are; empty where the line on the DHT says it. */
  private Optional<String> alone(Trouble trouble) {
    return switch (trouble) {
      case NO_ADDRESS, NO_ANSWER -> Optional.empty();
      case NOBODY_FOUND ->
          Optional.of(
              ink.news("nobody else is there yet: others need the same topic and the same DHT"));
      case NOBODY_REACHED ->
          Optional.of(
              ink.odd(
                  "nobody of those found is connected: they may have left just now, and are dialled"
                      + " again; if this stays, "
                      + DOCTOR));
      case FULL ->
          Optional.of(
              ink.odd(
                  "more peers are on the topic than are dialled: of those who are not connected,"
                      + " only the names are here that others pass on"));
    };
  }

  private static String trouble(SwarmStanding standing) {
    return standing.trouble().orElse("no node of the DHT answers") + "; " + DOCTOR;
  }

  private String topic(TopicStatus topic, SwarmStanding standing) {
    String name = "topic " + topic.topic().key().shortHex();
    if (standing.trouble().isPresent()) {
      return ink.no(
          name + ": without the DHT nobody new is found, or finds you" + stay(standing.status()));
    }
    if (!topic.refreshed()) {
      return ink.news(name + " is being joined");
    }
    String found =
        topic.peersFound() == 0 && standing.status().connections() > 0
            ? "those who are connected found you"
            : topic.peersFound() + " found there in the latest round";
    return topic.announced()
        ? ink.good(name + ": others can find you, " + found)
        : ink.no(name + ": you are not announced, " + found);
  }

  private static String stay(SwarmStatus swarm) {
    return swarm.connections() == 0 ? "" : "; those who are connected stay";
  }

  private String reach(SwarmStanding standing) {
    SwarmStatus swarm = standing.status();
    Reach reach = Reach.of(swarm);
    boolean answered = standing.entered() && standing.trouble().isEmpty();
    String address = swarm.publicAddress().map(seen -> ", seen as " + shown(seen)).orElse("");
    String line = reach.meaning() + (reach == Reach.LOOPBACK ? "" : address);
    return switch (reach) {
      case LOOPBACK, OPEN, CONSISTENT ->
          answered ? ink.good(line) : ink.news(line); // for who knows whether anybody does
      case UNKNOWN -> ink.news(line + "; " + reach.advice());
      case RANDOM -> ink.odd(line + "; " + reach.advice());
    };
  }

  private static String nodes(SwarmStatus swarm) {
    return swarm.nodes() + (swarm.nodes() == 1 ? " node known" : " nodes known");
  }

  private static String shown(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
