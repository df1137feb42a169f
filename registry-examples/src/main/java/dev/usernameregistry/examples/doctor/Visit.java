package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.SwarmStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A peer that joins for the time of the examination, with an empty registry in memory. Safe from
 * any thread.
 */
final class Visit implements AutoCloseable, RegistryListener {
  /** A swarm tells when a peer comes, and nothing else of its status. */
  private static final long LOOK_MILLIS = 50;

  private final Swarm swarm;

  /** Null before the visit has begun. */
  private volatile @Nullable UsernameRegistry registry;

  /** Guarded by this. */
  private boolean closed;

  Visit(Swarm swarm) {
    this.swarm = swarm;
  }

  /**
   * Joins. Waits for no peer.
   *
   * @throws dev.usernameregistry.RegistryException if no socket can be bound
   */
  void begin() {
    UsernameRegistry opened =
        UsernameRegistry.builder().registeredBy("doctor").network(swarm).listener(this).open();
    synchronized (this) {
      if (!closed) {
        registry = opened;
        return;
      }
    }
    opened.close(); // the program was told to end meanwhile
  }

  /** Returns whether it has joined. */
  boolean begun() {
    return registry != null;
  }

  /** Returns how the swarm stands; only once it has {@link #begun}. */
  SwarmStatus status() {
    return swarm.status();
  }

  /** Returns whether a node of the DHT has answered. */
  boolean inDht() {
    return begun() && status().bootstrapped() && status().nodes() > 0;
  }

  /**
   * Waits until the swarm is as {@code wanted}, for {@code patience}, or until this visit is
   * closed; returns how it is then.
   */
  synchronized SwarmStatus await(Predicate<SwarmStatus> wanted, Duration patience)
      throws InterruptedException {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    SwarmStatus status = status();
    while (!closed && !wanted.test(status)) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      if (leftMillis <= 0) {
        return status;
      }
      wait(Math.min(leftMillis, LOOK_MILLIS));
      status = status();
    }
    return status;
  }

  @Override
  public synchronized void peerConnected(PeerState peer) {
    notifyAll();
  }

  /** Returns the latest time in any registration that came from a peer. */
  Optional<Instant> newestRegistration() {
    UsernameRegistry open = registry;
    if (open == null) {
      return Optional.empty();
    }
    return open.listAll().stream()
        .map(Registration::registeredAt)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder());
  }

  /** Leaves. */
  @Override
  public void close() {
    UsernameRegistry open;
    synchronized (this) {
      closed = true;
      open = registry;
      notifyAll();
    }
    if (open != null) {
      open.close();
    }
  }
}
