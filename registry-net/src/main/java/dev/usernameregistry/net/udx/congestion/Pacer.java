package dev.usernameregistry.net.udx.congestion;

/**
 * A token bucket that spreads packets over time. Whenever at least a millisecond has passed, the
 * bucket holds what the rate gives for that time: what was left over, or overdrawn, is forgotten.
 */
public final class Pacer {
  private static final long TICK_NANOS = 1_000_000;

  /** A pause longer than this earns no more tokens than this. */
  private static final long TICKS_NANOS_MAX = 20 * TICK_NANOS;

  private static final long INITIAL_BYTES = 25_000;

  private boolean started;
  private long filledNanos;
  private long tokenBytes = INITIAL_BYTES;

  /** Returns whether a packet may leave now. */
  public boolean allows(double bytesPerNano, long nowNanos) {
    long elapsed = nowNanos - filledNanos;
    if (!started) {
      started = true;
      filledNanos = nowNanos;
    } else if (elapsed >= TICK_NANOS) {
      long counted = Math.min(elapsed, TICKS_NANOS_MAX);
      tokenBytes = (long) Math.max(1, counted * bytesPerNano);
      filledNanos = nowNanos;
    }
    return tokenBytes > 0;
  }

  /** Takes the tokens of a packet that leaves; the one that overdraws still goes. */
  public void spend(int bytes) {
    tokenBytes -= bytes;
  }

  /** Returns when there will be tokens again. */
  public long nextNanos() {
    return filledNanos + TICK_NANOS;
  }
}
