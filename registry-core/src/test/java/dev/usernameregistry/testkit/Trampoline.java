package dev.usernameregistry.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs tasks on the thread that brings them, one after another, also when a task brings another
 * one. For tests that take every step themselves; used by one thread.
 */
public final class Trampoline implements Executor {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  /** Makes one with nothing to do. */
  public Trampoline() {}

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    if (!running) {
      running = true;
      try {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
          next.run();
        }
      } finally {
        running = false;
      }
    }
  }
}
