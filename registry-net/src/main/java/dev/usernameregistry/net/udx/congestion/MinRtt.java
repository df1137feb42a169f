package dev.usernameregistry.net.udx.congestion;

/**
 * The shortest round trip of the last ten seconds, and the probe that finds it again: at least 200
 * ms and one round trip with hardly anything in flight.
 */
final class MinRtt {
  private static final long MILLI = 1_000_000L;
  private static final long WINDOW_NANOS = 10_000 * MILLI;
  private static final long PROBE_NANOS = 200 * MILLI;

  /** Less than this is not believed: timers are no finer, and windows would be too narrow. */
  private static final long FLOOR_NANOS = MILLI;

  private boolean known;
  private long nanos;
  private long foundNanos;
  private boolean probing;
  private boolean probedRound;
  private long probeEndNanos;

  boolean isKnown() {
    return known;
  }

  long nanos() {
    return nanos;
  }

  /** Takes in a sample ({@code Long.MAX_VALUE}: none); returns whether the minimum was too old. */
  boolean update(long rttNanos, long nowNanos) {
    boolean expired = known && nowNanos - foundNanos > WINDOW_NANOS;
    if (rttNanos != Long.MAX_VALUE && (!known || expired || rttNanos <= nanos)) {
      known = true;
      nanos = Math.max(FLOOR_NANOS, rttNanos);
      foundNanos = nowNanos;
    }
    return expired;
  }

  /** Notes that the window shrinks from now on. */
  void beginProbe() {
    probing = false;
  }

  boolean isProbing() {
    return probing;
  }

  /** Notes that hardly anything is in flight from now on. */
  void probe(long nowNanos) {
    probing = true;
    probedRound = false;
    probeEndNanos = nowNanos + PROBE_NANOS;
  }

  /** Returns whether the probe has lasted long enough; the minimum then counts as new. */
  boolean isProbed(boolean roundStart, long nowNanos) {
    probedRound |= roundStart;
    boolean over = probedRound && nowNanos - probeEndNanos > 0;
    if (over) {
      foundNanos = nowNanos;
    }
    return over;
  }
}
