package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import java.time.Duration;

/** Whether others are on the topic, and can be connected with. */
final class PeersCheck implements Check {
  /** How long the first round of announcing and looking up may take. */
  private static final Duration ROUND = Duration.ofSeconds(10);

  /** How long the first of those found may take to be connected. */
  private static final Duration DIAL = Duration.ofSeconds(10);

  private final Visit visit;
  private final boolean asked;

  /**
   * @param asked whether a topic was named
   */
  PeersCheck(Visit visit, boolean asked) {
    this.visit = visit;
    this.asked = asked;
  }

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String doing() {
    return "looking for others on the topic";
  }

  @Override
  public Duration patience() {
    return ROUND.plus(DIAL).plusSeconds(5);
  }

  @Override
  public Finding look() throws InterruptedException {
    if (!asked) {
      return Finding.skipped("not looked for", "name a topic with --topic");
    }
    if (!visit.inDht()) {
      return Finding.skipped("not looked for", "it takes a DHT");
    }
    SwarmStatus round = visit.await(PeersCheck::isRoundDone, ROUND);
    if (!isRoundDone(round)) {
      return Finding.ill(
          "announcing and looking up took more than " + ROUND.toSeconds() + " s",
          "try again; if it stays so, name other nodes with --bootstrap");
    }
    SwarmStatus status =
        found(round) == 0 ? round : visit.await(swarm -> swarm.connections() > 0, DIAL);
    return finding(found(status), status.connections());
  }

  private static Finding finding(long found, long connected) {
    if (connected > 0) {
      return Finding.well(connected + " connected, " + found + " found on the topic");
    }
    return found == 0
        ? Finding.odd(
            "nobody else is on the topic",
            "start another peer, with the same --topic and in the same DHT")
        : Finding.ill(
            found + " found on the topic, but none can be connected",
            "a peer that ended without goodbye is still told of for up to 20 minutes; if it runs,"
                + " start the doctor on its machine too");
  }

  private static boolean isRoundDone(SwarmStatus swarm) {
    return !swarm.topics().isEmpty() && swarm.topics().stream().allMatch(TopicStatus::refreshed);
  }

  private static long found(SwarmStatus swarm) {
    return swarm.topics().stream().mapToLong(TopicStatus::peersFound).sum();
  }
}
