package dev.usernameregistry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one caller at a time commit, for all who wait.
 *
 * <p>Changes that wait while the disk is busy are then decided in order and written together by one
 * of their callers; none of them returns before. Safe from any thread.
 */
final class GroupCommit {
  /**
   * How often a caller lets other threads run before it sleeps, and before it begins without those
   * that it may expect: some ten microseconds if no other thread runs. To be woken takes longer.
   */
  private static final int YIELDS_MAX = 200;

  private final Writer writer;
  private final Queue<WaitingChange<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();

  /** Held by whoever commits what waits. */
  private final ReentrantLock writing = new ReentrantLock();

  /** How many changes were committed together last. Guarded by {@link #writing}. */
  private int lastGroup;

  /** Guarded by {@link #writing}. */
  private boolean closed;

  GroupCommit(Writer writer) {
    this.writer = writer;
  }

  /**
   * Returns the answer of {@code mine}, which its caller made, once it is committed.
   *
   * @throws IllegalStateException if this was closed before; then it is not written
   */
  <T> T commit(WaitingChange<T> mine) throws IOException {
    queue.add(mine);
    queued.incrementAndGet();
    for (int yields = 0; !mine.isDone(); yields++) {
      if (writing.tryLock()) {
        commitForAll(mine);
      } else if (yields < YIELDS_MAX) {
        letOthersRun();
      } else {
        mine.sleepWhile(writing::isLocked);
      }
    }
    return mine.answer();
  }

  /** Waits for what is being written, and writes nothing after that. */
  void close() {
    writing.lock();
    try {
      closed = true;
    } finally {
      writing.unlock();
      wakeNext();
    }
  }

  /** Commits what waits, unlocks, and wakes those who waited, and one who has come since. */
  private void commitForAll(WaitingChange<?> mine) {
    List<WaitingChange<?>> group = new ArrayList<>();
    try {
      if (!mine.isDone()) {
        awaitExpected();
        takeInto(group);
        commit(group);
        if (!mine.isDone()) { // an error took it from the queue and ended its committer
          mine.finish(new IllegalStateException("nobody carried the change out"));
        }
      }
    } finally {
      writing.unlock();
      group.forEach(WaitingChange::wake);
      wakeNext();
    }
  }

  /** To be called after each unlocking: who came meanwhile may sleep and has to commit itself. */
  private void wakeNext() {
    WaitingChange<?> next = queue.peek();
    if (next != null) {
      next.wake();
    }
  }

  /** Lets as many callers come as came last: most of them are on their way with the next change. */
  private void awaitExpected() {
    for (int yields = 0; queued.get() < lastGroup && yields < YIELDS_MAX; yields++) {
      letOthersRun();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // only how fast it is depends on the scheduler
  private static void letOthersRun() {
    Thread.yield();
  }

  private void takeInto(List<WaitingChange<?>> group) {
    for (WaitingChange<?> one = queue.poll(); one != null; one = queue.poll()) {
      group.add(one);
    }
    queued.addAndGet(-group.size());
    lastGroup = group.size();
  }

  private void commit(List<WaitingChange<?>> group) {
    if (closed) {
      Throwable late = new IllegalStateException("the registry was closed before this was written");
      group.forEach(one -> one.finish(late));
      return;
    }
    try {
      writer.write(group);
      group.forEach(one -> one.finish(null));
    } catch (Throwable thrown) { // a user's policy may throw whatever its language allows
      group.forEach(one -> one.finish(thrown));
      writer.failed();
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  /** Does what a group of changes is waiting for. Called by one thread at a time. */
  interface Writer {
    /** Decides all of {@code group} in order, and returns when what they write is durable. */
    void write(List<WaitingChange<?>> group) throws IOException;

    /** Is told after {@link #write} has thrown something, and all of the group have failed. */
    void failed();
  }
}
