package dev.usernameregistry.net.swarm;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a peer is dialled again. Each wait is the base and two random parts, so
 * that peers that lost each other at one moment do not all come back at one moment.
 *
 * <pre>
 *              base    first random part
 * shortly      1 s     up to 1 jitter
 * later        5 s     up to 2 jitters
 * seldom       15 s    up to 4 jitters
 * hopeless     10 min  up to 240 jitters
 * </pre>
 *
 * <p>The second random part is up to one jitter, 0.5 s by default.
 */
public record RetryDelays(
    Duration shortly, Duration later, Duration seldom, Duration hopeless, Duration jitter) {
  /** The delays of the reference. */
  public static final RetryDelays DEFAULT =
      new RetryDelays(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMinutes(10),
          Duration.ofMillis(500));

  /** How long a peer waits, depending on how it went so far. */
  enum Wait {
    SHORTLY(1),
    LATER(2),
    SELDOM(4),
    HOPELESS(240);

    private final int jitters;

    Wait(int jitters) {
      this.jitters = jitters;
    }

    /**
     * Returns how long to wait after so many attempts in a row, at most three.
     *
     * @param proven whether one of them led to a connection
     */
    static Wait after(int attempts, boolean proven) {
      return switch (attempts) {
        case 0 -> SHORTLY;
        case 1 -> proven ? SHORTLY : LATER;
        case 2 -> proven ? LATER : SELDOM;
        default -> SELDOM;
      };
    }
  }

  /**
   * Checks the delays.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public RetryDelays {
    if (shortly.isNegative()
        || later.isNegative()
        || seldom.isNegative()
        || hopeless.isNegative()
        || jitter.isNegative()) {
      throw new IllegalArgumentException("a negative delay");
    }
  }

  long nanos(Wait wait, RandomGenerator random) {
    long jitterNanos = jitter.toNanos();
    return base(wait).toNanos()
        + random.nextLong(wait.jitters * jitterNanos + 1)
        + random.nextLong(jitterNanos + 1);
  }

  private Duration base(Wait wait) {
    return switch (wait) {
      case SHORTLY -> shortly;
      case LATER -> later;
      case SELDOM -> seldom;
      case HOPELESS -> hopeless;
    };
  }
}
