package dev.usernameregistry;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.UnreadableRegistryException;
import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one place that writes to one's own registry.
 *
 * <p>Changes are decided one after the other. Those that wait while the disk is busy are then
 * decided in order and appended together, under one signature and one wait for the disk; none of
 * them returns before. Safe from any thread.
 */
final class OwnRegistry {
  private final KnownRegistry registry;
  private final Bee bee;
  private final ClaimIndex index;
  private final ClaimOrder order;
  private final Queue<Waiting<?>> queue = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writing = new ReentrantLock(true);
  private final Follower follower;
  private boolean closed;

  OwnRegistry(KnownRegistries known, ClaimIndex index, ClaimOrder order, Follower follower) {
    this.registry = known.own();
    this.bee = known.ownBee();
    this.index = index;
    this.order = order;
    this.follower = follower;
  }

  /**
   * Decides {@code change}, and returns its answer when what it wrote is durable and answered.
   *
   * @throws IllegalStateException if this was closed before; then it is not written
   */
  <T> T commit(Change<T> change) throws IOException {
    Waiting<T> mine = new Waiting<>(change);
    queue.add(mine);
    writing.lock();
    try {
      if (!mine.done) {
        if (closed) {
          throw new IllegalStateException("the registry was closed before this was written");
        }
        commitWaiting();
      }
    } finally {
      writing.unlock();
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
    }
  }

  /** Brings the index to the end of the own log. */
  void follow() throws IOException {
    try {
      while (registry.advance()) {}
    } catch (UnreadableRegistryException broken) {
      throw new CorruptStorageException("one's own registry cannot be read", broken);
    }
  }

  private void commitWaiting() {
    List<Waiting<?>> all = new ArrayList<>();
    for (Waiting<?> one = queue.poll(); one != null; one = queue.poll()) {
      all.add(one);
    }
    try {
      Draft draft = new Draft(registry.key(), bee, index, order);
      for (Waiting<?> one : all) {
        one.decide(draft);
      }
      if (draft.batch().operationCount() > 0) {
        append(draft);
      }
      finish(all, null);
    } catch (IOException | RuntimeException | Error thrown) {
      finish(all, thrown);
      follower.schedule(registry); // the log may be ahead of the index now
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  /** Appends and follows here, instead of in the step that the log's listener would schedule. */
  private void append(Draft draft) throws IOException {
    boolean held = registry.scheduled.compareAndSet(false, true);
    try {
      bee.append(draft.batch());
    } finally {
      if (held) {
        registry.scheduled.set(false); // before following: what comes later is for a step again
      }
    }
    follow();
  }

  private static void finish(List<Waiting<?>> all, @Nullable Throwable failure) {
    for (Waiting<?> one : all) {
      one.finish(failure);
    }
  }

  /** Decides on the state that it is shown, and collects what is to be written. */
  interface Change<T> {
    /** Returns the answer. Collects either all it wants to write or, when it throws, nothing. */
    T decide(Draft draft) throws IOException;
  }

  /** One change of one caller. Guarded by the lock of its registry. */
  private static final class Waiting<T> {
    private final Change<T> change;
    private @Nullable T answer;
    private @Nullable Throwable failure;
    private boolean done;

    Waiting(Change<T> change) {
      this.change = change;
    }

    /** What fails before it has put anything fails alone; else nothing of the batch is appended. */
    void decide(Draft draft) throws IOException {
      int before = draft.batch().operationCount();
      try {
        answer = change.decide(draft);
      } catch (RuntimeException thrown) {
        if (draft.batch().operationCount() > before) {
          throw thrown;
        }
        failure = thrown;
      }
    }

    void finish(@Nullable Throwable batchFailure) {
      if (failure == null) {
        failure = batchFailure;
      }
      done = true;
    }

    T answer() throws IOException {
      if (failure instanceof IOException disk) {
        throw new IOException(disk.getMessage(), disk);
      }
      if (failure instanceof IllegalArgumentException mistake) {
        throw new IllegalArgumentException(mistake.getMessage(), mistake);
      }
      if (failure != null) {
        throw new IllegalStateException("the change failed: " + failure, failure);
      }
      T answered = answer;
      if (answered == null) {
        throw new AssertionError("a change without an answer");
      }
      return answered;
    }
  }
}
