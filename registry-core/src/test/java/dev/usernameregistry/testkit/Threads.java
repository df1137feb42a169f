package dev.usernameregistry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Threads of a test that wait, or are held up. */
public final class Threads {
  private static final long WAIT_SECONDS = 60;

  private Threads() {}

  /** Starts a thread that does not outlive the tests. */
  public static Thread start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Returns when the thread is in one of these states; fails with what it saw if it never is. */
  public static void await(Thread thread, Thread.State... states) {
    List<Thread.State> wanted = List.of(states);
    until(() -> wanted.contains(thread.getState()), () -> "still " + thread.getState());
  }

  /** Returns when the condition holds; fails with {@code seen} if it never does. */
  public static void until(BooleanSupplier condition, Supplier<String> seen) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(seen).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
