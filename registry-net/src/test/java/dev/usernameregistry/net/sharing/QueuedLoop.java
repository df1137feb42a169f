package dev.usernameregistry.net.sharing;

import java.util.ArrayDeque;
import java.util.Queue;

/** A loop that runs its tasks when it is told to; its time stands still. */
final class QueuedLoop implements Loop {
  static final long NOW_NANOS = 7;

  final Queue<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public long nowNanos() {
    return NOW_NANOS;
  }

  /** Runs the tasks that wait, and those that they add. */
  void runAll() {
    for (Runnable task; (task = tasks.poll()) != null; ) {
      task.run();
    }
  }
}
