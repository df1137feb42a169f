package dev.usernameregistry.net.time;

/** Compares times of a clock that may wrap; {@link Long#MAX_VALUE} is never. */
public final class Times {
  private Times() {}

  /** Returns the earlier of two times. */
  public static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return Math.min(a, b);
    }
    return a - b < 0 ? a : b;
  }

  /** Returns whether {@code atNanos} has come. */
  public static boolean isDue(long atNanos, long nowNanos) {
    return atNanos != Long.MAX_VALUE && atNanos - nowNanos <= 0;
  }
}
