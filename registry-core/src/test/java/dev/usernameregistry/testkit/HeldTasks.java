package dev.usernameregistry.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Keeps tasks until the test has them run. Safe from any thread. */
public final class HeldTasks implements Executor {
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

  /** Makes one that holds nothing. */
  public HeldTasks() {}

  @Override
  public void execute(Runnable task) {
    held.add(task);
  }

  /** Returns whether nothing is held. */
  public boolean isEmpty() {
    return held.isEmpty();
  }

  /** Returns how many are held. */
  public int count() {
    return held.size();
  }

  /** Runs the oldest on the calling thread; returns false if nothing is held. */
  public boolean runNext() {
    Runnable next = held.poll();
    if (next != null) {
      next.run();
    }
    return next != null;
  }

  /**
   * Runs all that is held on the calling thread, in its order, and what comes meanwhile. If a task
   * throws, those after it are still held.
   */
  public void runAll() {
    while (runNext()) {}
  }
}
