package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.net.SwarmStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Whether the DHT can be entered. Begins the visit, for the checks behind it. */
final class DhtCheck implements Check {
  private static final Duration ANSWER = Duration.ofSeconds(12);

  private final Visit visit;
  private final List<Address> bootstrap;

  /**
   * @param bootstrap where the DHT is entered; empty for the public nodes
   */
  DhtCheck(Visit visit, List<Address> bootstrap) {
    this.visit = visit;
    this.bootstrap = bootstrap;
  }

  @Override
  public String name() {
    return "dht";
  }

  @Override
  public String doing() {
    return "entering the DHT at " + nodes();
  }

  @Override
  public Duration patience() {
    return ANSWER.plusSeconds(5);
  }

  @Override
  public Finding look() throws InterruptedException {
    long startNanos = System.nanoTime();
    visit.begin();
    SwarmStatus status = visit.await(swarm -> swarm.bootstrapped() && swarm.nodes() > 0, ANSWER);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    if (visit.inDht()) {
      return Finding.well(
          String.format(
              "entered in %d ms from port %d, %d nodes known",
              millis, status.dhtAddress().getPort(), status.nodes()));
    }
    String found = "no node answered at " + nodes() + " (" + sent(status) + ")";
    return Finding.ill(found, bootstrap.isEmpty() ? publicAdvice() : privateAdvice());
  }

  private String nodes() {
    return bootstrap.isEmpty()
        ? "the public nodes"
        : bootstrap.stream().map(Address::toString).collect(Collectors.joining(", "));
  }

  private static String sent(SwarmStatus status) {
    return status.packetsSent() + " packets sent, " + status.packetsReceived() + " received";
  }

  private static String publicAdvice() {
    return "check that this machine is online, and that its network lets UDP out; or run nodes of"
        + " your own (registry.jar bootstrap) and name one with --bootstrap";
  }

  private static String privateAdvice() {
    return "check that a node runs there (registry.jar bootstrap), that the address is right, and"
        + " that nothing on the way drops UDP";
  }
}
