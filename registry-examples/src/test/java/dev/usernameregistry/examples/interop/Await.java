package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come true, and fails with what was seen last if it does not. */
public final class Await {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Await() {}

  /** Returns the first of {@code looks} that is {@code wanted}. */
  public static <T> T until(String what, Supplier<T> looks, Predicate<T> wanted) {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    T seen = looks.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() - deadlineNanos > 0) {
        return fail("%s did not come true in %s; seen last: %s", what, PATIENCE, seen);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      seen = looks.get();
    }
    return seen;
  }
}
