package dev.usernameregistry.net;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, and looks again whenever something happened. */
final class Waiting {
  private static final long LIMIT_NANOS = 20_000_000_000L;
  private static final long LOOK_AGAIN_MILLIS = 50;

  private Waiting() {}

  /** Something happened that somebody may wait for. */
  static void happened() {
    synchronized (Waiting.class) {
      Waiting.class.notifyAll();
    }
  }

  /** Returns once {@code condition} is true; fails after 20 s with what {@code seen} tells. */
  static void until(BooleanSupplier condition, Supplier<String> seen) {
    long end = System.nanoTime() + LIMIT_NANOS;
    synchronized (Waiting.class) {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() > end) {
          throw new AssertionError("waited 20 s in vain; saw " + seen.get());
        }
        try {
          Waiting.class.wait(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
