package dev.usernameregistry.net.punch;

/**
 * How many punches through a random NAT, each of thousands of probes, a node makes: one at a time,
 * and {@link #INTERVAL_NANOS} between the end of one and the start of the next. All punches of a
 * node share one.
 */
public final class PunchBudget {
  /** Pause after a punch through a random NAT. */
  public static final long INTERVAL_NANOS = 20_000_000_000L;

  private boolean taken;
  private boolean used;

  /** When the last one ended; means nothing before {@link #used}. */
  private long endedNanos;

  /** Takes the only place, or returns false if there is none now. */
  boolean take(long nowNanos) {
    if (taken || (used && nowNanos - endedNanos < INTERVAL_NANOS)) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Gives the place back; the pause begins only if probes were sent. */
  void giveBack(boolean punched, long nowNanos) {
    taken = false;
    if (punched) {
      used = true;
      endedNanos = nowNanos;
    }
  }
}
