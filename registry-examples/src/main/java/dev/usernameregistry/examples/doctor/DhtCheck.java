package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.net.SwarmStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether the DHT can be entered. Begins the visit, for the checks behind it. */
final class DhtCheck implements Check {
  private static final Duration ANSWER = Duration.ofSeconds(12);

  private final Visit visit;
  private final Entrance entrance;

  /**
   * @param entrance where the visit enters the DHT
   */
  DhtCheck(Visit visit, Entrance entrance) {
    this.visit = visit;
    this.entrance = entrance;
  }

  @Override
  public String name() {
    return "dht";
  }

  @Override
  public String doing() {
    return "entering the DHT at " + entrance.shown();
  }

  @Override
  public Duration patience() {
    return ANSWER.plusSeconds(5);
  }

  @Override
  public Finding look() throws InterruptedException {
    long startNanos = System.nanoTime();
    visit.begin();
    SwarmStatus status = visit.await(swarm -> visit.inDht() || entrance.isHopeless(), ANSWER);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    if (visit.inDht()) {
      return Finding.well(
          String.format(
              "entered in %d ms from port %d, %d %s known",
              millis,
              status.dhtAddress().getPort(),
              status.nodes(),
              status.nodes() == 1 ? "node" : "nodes"));
    }
    return Finding.ill(entrance.silence() + " (" + sent(status) + ")", entrance.advice());
  }

  private static String sent(SwarmStatus status) {
    return status.packetsSent() + " packets sent, " + status.packetsReceived() + " received";
  }
}
