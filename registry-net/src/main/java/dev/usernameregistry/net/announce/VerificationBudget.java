package dev.usernameregistry.net.announce;

import java.util.LinkedHashMap;
import java.util.Map;

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

  private static final double NANOS_PER_SECOND = 1e9;

  private static final class Bucket {
    private final int burst;
    private final int perSecond;
    private double checks;
    private long filledNanos;

    Bucket(int burst, int perSecond, long nowNanos) {
      this.burst = burst;
      this.perSecond = perSecond;
      this.checks = burst;
      this.filledNanos = nowNanos;
    }

    boolean hasOne(long nowNanos) {
      long passedNanos = Math.max(0, nowNanos - filledNanos);
      checks = Math.min(burst, checks + (double) passedNanos * perSecond / NANOS_PER_SECOND);
      filledNanos = nowNanos;
      return checks >= 1;
    }
  }

  /** The host that asked last stands last. */
  private final LinkedHashMap<Long, Bucket> hosts = new LinkedHashMap<>(16, 0.75f, true);

  private final Bucket all;
  private long refusedCount;

  VerificationBudget(long nowNanos) {
    this.all = new Bucket(ALL_BURST, ALL_PER_SECOND, nowNanos);
  }

  /**
   * Takes one check from the budget of a {@linkplain FairCache#source source} and returns true, or
   * returns false.
   */
  boolean take(long source, long nowNanos) {
    Bucket own =
        hosts.computeIfAbsent(source, s -> new Bucket(HOST_BURST, HOST_PER_SECOND, nowNanos));
    forgetOldest();
    if (!own.hasOne(nowNanos) || !all.hasOne(nowNanos)) {
      refusedCount++;
      return false;
    }
    own.checks--;
    all.checks--;
    return true;
  }

  /** Returns how many checks were refused so far. */
  long refusedCount() {
    return refusedCount;
  }

  private void forgetOldest() {
    if (hosts.size() > HOSTS_MAX) {
      Map.Entry<Long, Bucket> oldest = hosts.entrySet().iterator().next();
      hosts.remove(oldest.getKey());
    }
  }
}
