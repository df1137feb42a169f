package dev.usernameregistry.net.swarm;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a peer waits before it is dialled again, depending on how it went so far; as the
 * reference has it. Each wait is the base and two random parts, so that peers that lost each other
 * at one moment do not all come back at one moment. The first random part is up to so many jitters,
 * the second up to one.
 */
enum RetryWait {
  SHORTLY(Duration.ofSeconds(1), 1),
  LATER(Duration.ofSeconds(5), 2),
  SELDOM(Duration.ofSeconds(15), 4),
  HOPELESS(Duration.ofMinutes(10), 240);

  private static final long JITTER_NANOS = Duration.ofMillis(500).toNanos();

  private final Duration base;
  private final int jitters;

  RetryWait(Duration base, int jitters) {
    this.base = base;
    this.jitters = jitters;
  }

  /**
   * Returns how long to wait after so many attempts in a row, at most three.
   *
   * @param proven whether one of them led to a connection
   */
  static RetryWait after(int attempts, boolean proven) {
    return switch (attempts) {
      case 0 -> SHORTLY;
      case 1 -> proven ? SHORTLY : LATER;
      case 2 -> proven ? LATER : SELDOM;
      default -> SELDOM;
    };
  }

  long nanos(RandomGenerator random) {
    return base.toNanos()
        + random.nextLong(jitters * JITTER_NANOS + 1)
        + random.nextLong(JITTER_NANOS + 1);
  }
}
