package dev.usernameregistry.net;

/** Compares times of a clock that may wrap; {@link Long#MAX_VALUE} is never. */
final class Earliest {
  private Earliest() {}

  /** Returns the earlier of two times. */
  static long of(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return Math.min(a, b);
    }
    return a - b < 0 ? a : b;
  }

  /** Returns whether {@code atNanos} has come. */
  static boolean isDue(long atNanos, long nowNanos) {
    return atNanos != Long.MAX_VALUE && atNanos - nowNanos <= 0;
  }
}
