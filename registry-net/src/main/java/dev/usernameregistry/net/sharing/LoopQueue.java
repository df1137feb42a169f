package dev.usernameregistry.net.sharing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other threads want done on the loop. What comes while the loop is busy is done in one go, so
 * that what follows from it (messages, a flush of the socket) is done once. Safe from any thread.
 */
final class LoopQueue {
  private static final Logger LOG = LoggerFactory.getLogger(LoopQueue.class);

  /** Changes in one go, so that the loop comes to its sockets in between. */
  private static final int CHANGES_MAX = 64;

  private final Loop loop;
  private final LongConsumer after;
  private final Queue<LongConsumer> waiting = new ConcurrentLinkedQueue<>();

  /** Whether a task of the loop will look at what waits. */
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** Has {@code after} run on the loop, given its time, when some changes were made. */
  LoopQueue(Loop loop, LongConsumer after) {
    this.loop = loop;
    this.after = after;
  }

  /** Has {@code change} made on the loop, given its time, in the order of calls by one thread. */
  void add(LongConsumer change) {
    waiting.add(change);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      loop.execute(this::run);
    }
  }

  private void run() {
    scheduled.set(false); // before looking: what is added from now on has a task of its own
    long now = loop.nowNanos();
    LongConsumer change = waiting.poll();
    for (int made = 1; change != null; made++) {
      make(change, now);
      change = made < CHANGES_MAX ? waiting.poll() : null;
    }
    try {
      after.accept(now);
    } finally {
      if (!waiting.isEmpty()) {
        schedule();
      }
    }
  }

  /** One that fails by an error in this library keeps none of the others from being made. */
  private static void make(LongConsumer change, long nowNanos) {
    try {
      change.accept(nowNanos);
    } catch (RuntimeException | Error bug) {
      LOG.error("a change on the loop failed", bug);
    }
  }
}
