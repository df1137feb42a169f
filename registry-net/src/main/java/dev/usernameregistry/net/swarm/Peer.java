package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is remembered of one peer. */
final class Peer {
  /** Relay addresses kept of one peer. Honest ones have at most three. */
  static final int RELAY_ADDRESSES_MAX = 8;

  /** Attempts after which a peer is not dialled again, unless it is found anew or explicit. */
  static final int ATTEMPTS_MAX = 3;

  /** An explicit peer that failed so often is only dialled again after the longest wait. */
  private static final int EXPLICIT_ATTEMPTS_MAX = 5;

  /** A connection that lived so long makes the earlier attempts forgotten. */
  private static final long GOOD_CONNECTION_NANOS = Duration.ofSeconds(15).toNanos();

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  final Key key;

  /** Where this peer was found, among the topics that are joined. */
  final Set<Key> topics = new LinkedHashSet<>();

  private List<Ipv4Address> relayAddresses = List.of();

  /** Whether the application named this peer itself. */
  boolean explicit;

  /** Whether no hole could be punched, so that only a relay remains. */
  boolean forceRelay;

  /** Whether the last connection was dialled by us. */
  private boolean dialledByUs;

  /** Whether a connection that we dialled was open since the attempts were last counted from 0. */
  private boolean proven;

  /** Connections dialled that failed or were lost in a row. */
  private int attempts;

  private Priority priority = Priority.NORMAL;
  private Priority turn = Priority.NORMAL;
  private boolean open;
  private long openedNanos;
  private long lostNanos;

  /** Where this peer stands in its class of the {@link DialQueue}; -1 if it is not queued. */
  int queueIndex = -1;

  /** When this peer goes back to the queue; null if it waits for nothing. */
  Retries.@Nullable Retry retry;

  Peer(Key key) {
    this.key = key;
  }

  List<Ipv4Address> relayAddresses() {
    return relayAddresses;
  }

  /** The newest addresses are always better. */
  void relayAddresses(List<Ipv4Address> addresses) {
    relayAddresses =
        List.copyOf(addresses.subList(0, Math.min(addresses.size(), RELAY_ADDRESSES_MAX)));
  }

  Priority priority() {
    return priority;
  }

  /**
   * Returns with whom this peer is dialled: with those of its priority, but if it was never open,
   * with the last ones. Anybody can have a node name peers that nobody has; the reference dials
   * each of these three times before it goes on to the next that was found.
   */
  Priority turn() {
    return turn;
  }

  /** Returns whether a connection that we dialled was open since this peer was found anew. */
  boolean isProven() {
    return proven;
  }

  boolean isQueued() {
    return queueIndex >= 0;
  }

  /** The peer was found by a lookup: one that was given up or that dialled us gets a new chance. */
  void found() {
    if (priority == Priority.LOW || !dialledByUs) {
      dialledByUs = false;
      proven = false;
      attempts = 0;
    }
  }

  /** Settles the priority before the peer is queued; returns false if it may not be. */
  boolean prioritize() {
    if (explicit && attempts > ATTEMPTS_MAX) {
      attempts = ATTEMPTS_MAX;
    }
    Optional<Priority> next = priorityAfter(attempts);
    next.ifPresent(value -> priority = value);
    turn = attempts > 0 && !proven ? Priority.LOW : priority;
    return next.isPresent();
  }

  static Optional<Priority> priorityAfter(int attempts) {
    return switch (attempts) {
      case 0 -> Optional.of(Priority.NORMAL);
      case 1 -> Optional.of(Priority.VERY_HIGH);
      case 2 -> Optional.of(Priority.HIGH);
      case 3 -> Optional.of(Priority.LOW);
      default -> Optional.empty();
    };
  }

  /** Returns whether an explicit peer may be dialled past the queue. */
  boolean isExplicitlyDue(long nowNanos) {
    return attempts == 0
        || (attempts < EXPLICIT_ATTEMPTS_MAX && nowNanos - lostNanos >= attempts * SECOND_NANOS);
  }

  /** A dial of ours succeeded. */
  void connected(long nowNanos) {
    proven = true;
    dialledByUs = true;
    open = true;
    openedNanos = nowNanos;
  }

  /** The peer dialled us. */
  void accepted() {
    dialledByUs = false;
  }

  /** Only a relay remains; that is a new start. */
  void forceRelay() {
    if (!forceRelay) {
      forceRelay = true;
      attempts = 0;
    }
  }

  /** A connection that we dialled is lost, or the dial failed. */
  void disconnected(long nowNanos) {
    if (open && nowNanos - openedNanos >= GOOD_CONNECTION_NANOS) {
      attempts = 0;
    }
    open = false;
    lostNanos = nowNanos;
    attempts++;
  }

  /** Returns how long to wait before this peer is dialled again; empty for never. */
  Optional<RetryWait> nextWait() {
    if (attempts > ATTEMPTS_MAX) {
      return explicit ? Optional.of(RetryWait.HOPELESS) : Optional.empty();
    }
    return Optional.of(RetryWait.after(attempts, proven));
  }
}
