package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Reach;
import dev.usernameregistry.net.SwarmStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** What kind of gateway others must get through. */
final class NatCheck implements Check {
  private static final Duration ANSWER = Duration.ofSeconds(8);

  private final Visit visit;

  NatCheck(Visit visit) {
    this.visit = visit;
  }

  @Override
  public String name() {
    return "nat";
  }

  @Override
  public String doing() {
    return "asking nodes how they see this machine";
  }

  @Override
  public Duration patience() {
    return ANSWER.plusSeconds(5);
  }

  @Override
  public Finding look() throws InterruptedException {
    if (!visit.inDht()) {
      return Finding.skipped("not looked at", "it takes a DHT");
    }
    SwarmStatus status = visit.await(swarm -> Reach.of(swarm) != Reach.UNKNOWN, ANSWER);
    return finding(Reach.of(status), status.publicAddress());
  }

  private static Finding finding(Reach reach, Optional<InetSocketAddress> seen) {
    if (reach == Reach.LOOPBACK) {
      return Finding.well(reach.meaning());
    }
    String seenAs =
        seen.map(address -> ", seen as " + address.getHostString() + ":" + address.getPort())
            .orElse("");
    String found = reach.word() + ": " + reach.meaning() + seenAs;
    return reach.advice().isEmpty() ? Finding.well(found) : Finding.odd(found, reach.advice());
  }
}
