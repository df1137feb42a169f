package dev.usernameregistry;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimChanges;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.UnreadableRegistryException;
import dev.usernameregistry.log.BlockNotStoredException;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.LogMovedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one place that writes to one's own registry.
 *
 * <p>Changes are decided one after the other. Those that wait while the disk is busy are then
 * decided in order and appended together by one of their callers, under one signature and one wait
 * for the disk; none of them returns before. Safe from any thread.
 */
final class OwnRegistry {
  /**
   * How often a caller lets other threads run before it sleeps, and before it begins without those
   * that it may expect: some ten microseconds if no other thread runs. To be woken takes longer.
   */
  private static final int YIELDS_MAX = 200;

  /** How often a group is decided when peers change the own log each time. */
  private static final int ATTEMPTS_MAX = 10;

  private final KnownRegistry registry;
  private final Bee bee;
  private final ClaimIndex index;
  private final ClaimOrder order;
  private final Follower follower;

  private final Queue<WaitingChange<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();

  /** Held by whoever commits what waits. */
  private final ReentrantLock writing = new ReentrantLock();

  /** How many changes were committed together last. Guarded by {@link #writing}. */
  private int lastGroup;

  /** Guarded by {@link #writing}. */
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
    WaitingChange<T> mine = new WaitingChange<>(change);
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

  /** Brings the index to the end of the own log. */
  void follow() throws IOException {
    try {
      while (registry.advance()) {}
    } catch (UnreadableRegistryException broken) {
      throw new CorruptStorageException("one's own registry cannot be read", broken);
    }
  }

  private void commit(List<WaitingChange<?>> group) {
    if (closed) {
      Throwable late = new IllegalStateException("the registry was closed before this was written");
      group.forEach(one -> one.finish(late));
      return;
    }
    try {
      carryOut(group);
      group.forEach(one -> one.finish(null));
    } catch (Throwable thrown) { // a user's policy may throw whatever its language allows
      group.forEach(one -> one.finish(thrown));
      follower.schedule(registry); // the log may be ahead of the index now
      if (thrown instanceof Error error) {
        throw error;
      }
    }
  }

  /** Appends and follows here, instead of in the step that the log's listener would schedule. */
  private void carryOut(List<WaitingChange<?>> group) throws IOException {
    Optional<Appended> appended = decideAndAppend(group);
    if (appended.isPresent() && (!appended.get().takenBy(registry) || registry.mayAdvance())) {
      follow();
    }
  }

  /**
   * Decides and appends on one state of the own log; when peers change it meanwhile, all over. Such
   * peers hold blocks that are lacking here: the store was restored from a backup, or copied.
   */
  private Optional<Appended> decideAndAppend(List<WaitingChange<?>> group) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Draft draft = new Draft(registry.key(), bee.snapshot(), index, order);
      try {
        for (WaitingChange<?> one : group) {
          one.decide(draft);
        }
        return draft.batch().operationCount() == 0 ? Optional.empty() : Optional.of(append(draft));
      } catch (LogMovedException moved) {
        if (attempt == ATTEMPTS_MAX) {
          throw new RegistryException(
              "one's own registry grew by blocks of peers each time this was to be written; nothing"
                  + " was changed; call again",
              moved);
        }
      } catch (BlockNotStoredException lacking) {
        throw new RegistryException(
            "one's own registry has later blocks elsewhere, as after this store was restored from a"
                + " backup; nothing was changed; call again when peers have brought them: "
                + lacking.getMessage(),
            lacking);
      }
    }
  }

  private Appended append(Draft draft) throws IOException {
    long fork = registry.log.fork();
    long start = registry.log.length(); // 0 where the version is 1, or the append is refused
    boolean held = registry.scheduled.compareAndSet(false, true);
    try {
      int blocks = bee.append(draft.batch(), draft.before());
      return new Appended(draft.changes(), fork, start, draft.before().version() + blocks);
    } finally {
      if (held) {
        registry.scheduled.set(false); // before following: what comes later is for a step again
      }
    }
  }

  /** Blocks {@code start} to before {@code end}, as they were appended, and what they do. */
  private record Appended(ClaimChanges changes, long fork, long start, long end) {
    boolean takenBy(KnownRegistry registry) throws IOException {
      return registry.take(changes, fork, start, end);
    }
  }

  /** Decides on the state that it is shown, and collects what is to be written. */
  interface Change<T> {
    /** Returns the answer. Collects either all it wants to write or, when it throws, nothing. */
    T decide(Draft draft) throws IOException;
  }
}
