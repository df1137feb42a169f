package dev.usernameregistry.net.announce;

import dev.usernameregistry.net.dht.SourceRates;

/**
 * How many signatures we check for others, because nothing else that a stranger may ask for costs
 * as much. Each host has a bucket that fills with time, and one more is shared by all, so that many
 * hosts together cannot take the event loop from our own connections.
 *
 * <p>What exceeds it is dropped; an honest peer sends again a second later.
 */
final class VerificationBudget {
  /** Checks that a host may ask for at once: many peers may stand behind one address. */
  static final int HOST_BURST = 256;

  /** Checks that a host may ask for each second. */
  static final int HOST_PER_SECOND = 32;

  /** Checks that all hosts together may ask for at once. */
  static final int ALL_BURST = 4096;

  /** Checks that all hosts together may ask for each second. */
  static final int ALL_PER_SECOND = 512;

  /** Hosts that are remembered; the one that asked the longest ago is forgotten first. */
  static final int HOSTS_MAX = 4096;

  private final SourceRates hosts = new SourceRates(HOST_BURST, HOST_PER_SECOND, HOSTS_MAX);
  private final SourceRates all = new SourceRates(ALL_BURST, ALL_PER_SECOND, 1);
  private long refusedCount;

  /**
   * Takes one check from the budget of a {@linkplain SourceRates#source source} and returns true,
   * or returns false.
   */
  boolean take(long source, long nowNanos) {
    boolean taken = hosts.take(source, nowNanos) && all.take(0, nowNanos);
    if (!taken) {
      refusedCount++;
    }
    return taken;
  }

  /** Returns how many checks were refused so far. */
  long refusedCount() {
    return refusedCount;
  }
}
