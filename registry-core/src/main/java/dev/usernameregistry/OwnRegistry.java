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
import java.util.List;
import java.util.Optional;

/**
 * The one place that writes to one's own registry.
 *
 * <p>Changes are decided one after the other, and those that wait at the same time are appended
 * together, under one signature and one wait for the disk: see {@link GroupCommit}. Safe from any
 * thread.
 */
final class OwnRegistry implements GroupCommit.Writer {
  /** How often a group is decided when peers change the own log each time. */
  private static final int ATTEMPTS_MAX = 10;

  private final KnownRegistry registry;
  private final Bee bee;
  private final ClaimIndex index;
  private final ClaimOrder order;
  private final Follower follower;

  private final GroupCommit groups = new GroupCommit(this);

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
  <T> T commit(Draft.Change<T> change) throws IOException {
    return groups.commit(new WaitingChange<>(change));
  }

  /** Waits for what is being written, and writes nothing after that. */
  void close() {
    groups.close();
  }

  /** Brings the index to the end of the own log. */
  void follow() throws IOException {
    try {
      while (follower.advanceOnce(registry)) {}
    } catch (UnreadableRegistryException broken) {
      throw new CorruptStorageException("one's own registry cannot be read", broken);
    }
  }

  /**
   * Appends and follows here, instead of in the step that the log's listener would schedule. What a
   * failed disk has left behind is followed first, so that no answer contradicts the index.
   */
  @Override
  public void write(List<WaitingChange<?>> group) throws IOException {
    if (registry.mayAdvance()) {
      follow();
    }
    Optional<Appended> appended = decideAndAppend(group);
    if (appended.isPresent() && (!appended.get().takenBy(registry) || registry.mayAdvance())) {
      follow();
    }
  }

  @Override
  public void failed() {
    follower.schedule(registry); // the log may be ahead of the index now
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
}
