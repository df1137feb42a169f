package dev.usernameregistry;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One named daemon thread that does one thing after another. Safe from any thread. */
final class Worker implements Executor, AutoCloseable {
  private final ExecutorService executor;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  Worker(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
  }

  /** Runs {@code task} some time, or never if this is closed before. */
  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> runUnlessClosed(task));
    } catch (RejectedExecutionException refused) {
      if (!closed) {
        throw refused;
      }
    }
  }

  private void runUnlessClosed(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  /** Drops what waits, and waits until what is under way has ended and the thread is gone. */
  @Override
  public void close() {
    closed = true;
    executor.shutdown();
    boolean interrupted = false;
    while (thread != Thread.currentThread() && isAlive()) {
      try {
        executor.awaitTermination(1, TimeUnit.HOURS);
        Thread last = thread;
        if (last != null) {
          last.join(); // the executor says that it has terminated a moment before its thread ends
        }
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAlive() {
    Thread last = thread;
    return !executor.isTerminated() || (last != null && last.isAlive());
  }
}
