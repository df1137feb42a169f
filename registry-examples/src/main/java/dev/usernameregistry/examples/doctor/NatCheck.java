package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.examples.terminal.Reach;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import java.time.Duration;

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
    SwarmStatus status = visit.await(swarm -> swarm.reachability() != Reachability.UNKNOWN, ANSWER);
    Reachability reachability = status.reachability();
    String seenAs =
        status
            .publicAddress()
            .map(seen -> ", seen as " + seen.getHostString() + ":" + seen.getPort())
            .orElse("");
    String found = Reach.word(reachability) + ": " + Reach.meaning(reachability) + seenAs;
    String advice = Reach.advice(reachability);
    return advice.isEmpty() ? Finding.well(found) : Finding.odd(found, advice);
  }
}
