package dev.usernameregistry.net;

import java.util.random.RandomGenerator;

/**
 * How long to wait before dialling again: twice as long after each failure, up to a limit, less a
 * random part of up to a half, so that many peers do not come back at one moment.
 */
final class Backoff {
  private final long firstNanos;
  private final long lastNanos;
  private final RandomGenerator random;
  private long nanos;

  Backoff(long firstNanos, long lastNanos, RandomGenerator random) {
    this.firstNanos = firstNanos;
    this.lastNanos = lastNanos;
    this.random = random;
    nanos = firstNanos;
  }

  /** Returns how long to wait this time. */
  long nextNanos() {
    long most = nanos;
    nanos = Math.min(lastNanos, 2 * nanos);
    return most - random.nextLong(most / 2 + 1);
  }

  /** Starts over, after a success. */
  void reset() {
    nanos = firstNanos;
  }

  /** Waits as long as it ever does from now on. */
  void exhaust() {
    nanos = lastNanos;
  }
}
