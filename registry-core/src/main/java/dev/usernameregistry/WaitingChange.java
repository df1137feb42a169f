package dev.usernameregistry;

import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One change of one caller, on its way to be committed together with those of others. Made by its
 * caller, who alone asks for the answer; all else is done by whoever commits.
 */
final class WaitingChange<T> {
  private final Draft.Change<T> change;
  private final Thread caller = Thread.currentThread();
  private @Nullable T answer;
  private @Nullable Throwable failure;

  /** Who ended this; null before. */
  private @Nullable Thread committer;

  /** Written last: who sees it sees the answer too. */
  private volatile boolean done;

  private volatile boolean asleep;

  /** Whether the caller was interrupted as it slept. */
  private boolean interrupted;

  WaitingChange(Draft.Change<T> change) {
    this.change = change;
  }

  boolean isDone() {
    return done;
  }

  /**
   * Sleeps until it is woken, or some time before, if this is not done and {@code committing}. To
   * be called by its caller, who must ask again then.
   */
  void sleepWhile(BooleanSupplier committing) {
    asleep = true; // before it asks: who ends committing afterwards sees this and wakes it
    if (!done && committing.getAsBoolean()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted(); // else it could not sleep any more
    }
  }

  /** Wakes the caller if it sleeps. To be called after this is done, or nobody commits any more. */
  void wake() {
    if (asleep) {
      LockSupport.unpark(caller);
    }
  }

  /**
   * Decides, also a second time if the first draft was not appended. What fails before it has put
   * anything fails alone; else nothing of the batch is appended.
   */
  void decide(Draft draft) throws IOException {
    int before = draft.batch().operationCount();
    failure = null;
    try {
      answer = change.decide(draft);
    } catch (RuntimeException thrown) {
      if (draft.batch().operationCount() > before) {
        throw thrown;
      }
      failure = thrown;
    }
  }

  /** Ends this, unless it has ended already. */
  void finish(@Nullable Throwable batchFailure) {
    if (done) {
      return;
    }
    if (failure == null) {
      failure = batchFailure;
    }
    committer = Thread.currentThread();
    done = true;
  }

  /**
   * Returns the answer, or throws what was thrown instead, once this is done. What was thrown in
   * another thread becomes the cause, or is suppressed, so that both traces are there.
   */
  T answer() throws IOException {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    boolean here = committer == caller;
    if (failure instanceof CorruptStorageException damage) { // which callers tell from the others
      throw here
          ? damage
          : new CorruptStorageException(String.valueOf(damage.getMessage()), damage);
    }
    if (failure instanceof IOException disk) {
      throw here ? disk : new IOException(disk.getMessage(), disk);
    }
    if (failure instanceof RegistryException machine) {
      throw here ? machine : again(machine);
    }
    if (failure instanceof IllegalArgumentException mistake) {
      throw here ? mistake : new IllegalArgumentException(mistake.getMessage(), mistake);
    }
    if (failure instanceof IllegalStateException state) {
      throw here ? state : new IllegalStateException(state.getMessage(), state);
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

  /** The same with the same cause, which callers look at. */
  private static RegistryException again(RegistryException thrown) {
    Throwable cause = Objects.requireNonNullElse(thrown.getCause(), thrown);
    RegistryException again = new RegistryException(String.valueOf(thrown.getMessage()), cause);
    again.addSuppressed(thrown);
    return again;
  }
}
