package dev.usernameregistry;

import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.claims.UnreadableRegistryException;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index where the logs are, a step at a time, on the registry's own thread, so that a
 * large registry does not hold up the others. But the few blocks that a live registry grows by are
 * followed by whoever stored them: to wake another thread takes as long.
 */
final class Follower implements LogListener {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final KnownRegistries known;
  private final PeerSync sync;
  private final Listeners listeners;
  private final Executor worker;
  private final boolean atOnce;

  /**
   * Follows nothing yet.
   *
   * @param atOnce whether short steps may be taken by whoever changed a log; false if {@code
   *     listeners} may be called there too, who may wait for that very thread
   */
  Follower(
      KnownRegistries known, PeerSync sync, Listeners listeners, Executor worker, boolean atOnce) {
    this.known = known;
    this.sync = sync;
    this.listeners = listeners;
    this.worker = worker;
    this.atOnce = atOnce;
  }

  /** Follows this registry from now on. */
  void begin(KnownRegistry registry) {
    registry.log.addListener(this);
    if (registry.mayAdvance()) { // most do not at first: they are new, or were followed before
      schedule(registry);
    }
  }

  /** Ends {@link #begin}, and waits for a step that is under way. */
  void end(KnownRegistry registry) {
    registry.log.removeListener(this);
    registry.forget();
  }

  @Override
  public void changed(Log log) {
    known.find(log.key()).ifPresent(this::follow);
  }

  private void follow(KnownRegistry registry) {
    if (!registry.mayAdvance()) {
      sync.changed(); // the log is longer, but no more of it is stored
      if (registry.frozen()) {
        schedule(registry); // the conflict is told after a step, even if there is nothing to follow
      }
    } else if (atOnce && registry.isLive() && listeners.hasRoom()) {
      take(registry); // also if a step waits to be taken: it then finds nothing to do
    } else {
      schedule(registry);
    }
  }

  @Override
  public void conflict(Log log, Evidence evidence) {
    known
        .find(log.key())
        .filter(registry -> registry.conflictTold.compareAndSet(false, true))
        .ifPresent(
            registry -> listeners.tell(one -> one.registryConflict(registry.info(), evidence)));
  }

  /**
   * Has a step taken, unless one is waiting to be. If the worker refuses it, it is taken when the
   * log changes next, or this registry is opened again; until then the registry is in trouble, so
   * that nobody waits for it, unless there was nothing to follow.
   */
  void schedule(KnownRegistry registry) {
    if (registry.scheduled.compareAndSet(false, true)) {
      try {
        worker.execute(() -> step(registry));
      } catch (RejectedExecutionException | OutOfMemoryError refused) { // or no thread for it
        registry.scheduled.set(false);
        if (registry.mayAdvance()) {
          failed(registry, refused);
        }
        sync.changed();
      }
    }
  }

  private void step(KnownRegistry registry) {
    try {
      listeners.awaitRoom();
      registry.scheduled.set(false);
      take(registry);
    } catch (InterruptedException stop) {
      registry.scheduled.set(false);
      Thread.currentThread().interrupt();
    }
  }

  /** Takes a step, and has another taken if there is more to follow. */
  private void take(KnownRegistry registry) {
    try {
      if (advance(registry)) {
        schedule(registry);
      }
    } catch (Throwable broken) { // a user's policy may throw whatever its language allows
      failed(registry, broken);
    } finally {
      sync.changed();
      listeners.flush();
    }
  }

  private static void failed(KnownRegistry registry, Throwable broken) {
    String message = broken.getMessage();
    String trouble = "this machine failed: " + (message == null ? broken : message);
    if (!trouble.equals(registry.trouble)) { // which a full disk would say at each attempt
      registry.trouble = trouble;
      LOG.error("registry {} cannot be followed on this machine", registry.key(), broken);
    }
  }

  /** Takes one step, and tells if less is here after it, because the log was cut. */
  boolean advanceOnce(KnownRegistry registry) throws IOException, UnreadableRegistryException {
    Progress before = registry.progress;
    boolean more = registry.advance();
    if (!registry.holds(before.fork(), before.length())) {
      sync.outdate();
    }
    return more;
  }

  private boolean advance(KnownRegistry registry) throws IOException {
    Progress before = registry.progress;
    boolean more;
    try {
      more = advanceOnce(registry);
    } catch (UnreadableRegistryException fault) {
      more = false;
      String trouble = String.valueOf(fault.getMessage());
      if (!trouble.equals(registry.trouble)) {
        registry.trouble = trouble;
        LOG.warn("registry {} is unreadable: {}", registry.key(), registry.trouble);
      }
    }
    if (known.find(registry.key()).orElse(null) != registry) {
      return false;
    }
    if (!registry.progress.equals(before) && !(more && registry.progress.sweeping())) {
      RegistryInfo info = registry.info();
      listeners.tell(one -> one.registryAdvanced(info));
    }
    return more;
  }
}
