package dev.usernameregistry.claims;

import java.time.Instant;
import java.util.Comparator;

/** The earliest time first, no time last, then the smallest registry key. */
enum EarliestClaim implements ClaimOrder {
  INSTANCE;

  private static final Comparator<Registration> ORDER =
      Comparator.<Registration, Instant>comparing(claim -> claim.registeredAt().orElse(Instant.MAX))
          .thenComparing(Registration::registryKey);

  @Override
  public int compare(Registration left, Registration right) {
    return ORDER.compare(left, right);
  }

  @Override
  public String id() {
    return "earliest registeredAt, then smallest registry key";
  }

  @Override
  public String reason(Registration winner, Registration loser) {
    if (winner.registeredAt().equals(loser.registeredAt())) {
      return "equal times, and its registry key is smaller";
    }
    return loser.registeredAt().isEmpty()
        ? "the other claim has no time"
        : "it was registered earlier";
  }
}
