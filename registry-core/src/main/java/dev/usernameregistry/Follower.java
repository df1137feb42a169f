package dev.usernameregistry;

import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.claims.UnreadableRegistryException;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index where the logs are. Told of changes by the logs, on their threads; follows on the
 * registry's own, a step at a time, so that a large registry does not hold up the others.
 */
final class Follower implements LogListener {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final KnownRegistries known;
  private final PeerSync sync;
  private final Listeners listeners;
  private final Executor worker;

  Follower(KnownRegistries known, PeerSync sync, Listeners listeners, Executor worker) {
    this.known = known;
    this.sync = sync;
    this.listeners = listeners;
    this.worker = worker;
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
  public void stored(Log log, long start, long length) {
    known.find(log.key()).ifPresent(this::schedule);
  }

  /** The index follows what is stored, which is told next; until then more is missing. */
  @Override
  public void lengthened(Log log, long previousLength) {
    sync.changed();
  }

  @Override
  public void truncated(Log log, long length, long previousLength) {
    known.find(log.key()).ifPresent(this::schedule);
  }

  @Override
  public void conflict(Log log, Evidence evidence) {
    known
        .find(log.key())
        .ifPresent(
            registry -> {
              listeners.tell(one -> one.registryConflict(registry.info(), evidence));
              schedule(registry);
            });
  }

  /** Has a step taken, unless one is waiting to be. */
  void schedule(KnownRegistry registry) {
    if (registry.scheduled.compareAndSet(false, true)) {
      worker.execute(() -> step(registry));
    }
  }

  private void step(KnownRegistry registry) {
    registry.scheduled.set(false);
    try {
      listeners.awaitRoom();
      if (advance(registry)) {
        schedule(registry);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException broken) {
      LOG.error("registry {} cannot be followed on this machine", registry.key(), broken);
      registry.trouble = "this machine failed: " + broken.getMessage();
    } finally {
      sync.changed();
      listeners.flush();
    }
  }

  private boolean advance(KnownRegistry registry) throws IOException {
    Progress before = registry.progress;
    boolean more;
    try {
      more = registry.advance();
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
    if (!registry.progress.equals(before)) {
      RegistryInfo info = registry.info();
      listeners.tell(one -> one.registryAdvanced(info));
    }
    return more;
  }
}
