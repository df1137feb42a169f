package dev.usernameregistry.net.sharing;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the peer of one connection. Changed on the loop only; {@link #state} and {@link
 * #isConnected} may be called from any thread.
 */
final class KnownPeer {
  private final String address;
  private final boolean initiator;

  /** Null until the encrypted connection is complete. */
  private volatile @Nullable Connected connected;

  private volatile @Nullable Key registryKey;

  private volatile boolean toldAll = true;

  /**
   * What the peer announced of each log, by log key; of a log that has no lane any more, with why
   * nothing comes of it.
   */
  private final Map<Key, RemoteHead> heads = new ConcurrentHashMap<>();

  /** Heads that were announced since {@link #takeNews}, by log key. */
  private final Map<Key, RemoteHead> news = new LinkedHashMap<>();

  /** How often any of this has changed. */
  private volatile long changes;

  private volatile @Nullable Shown shown;

  KnownPeer(String address, boolean initiator) {
    this.address = address;
    this.initiator = initiator;
  }

  /** The encrypted connection is complete. */
  void connected(Key publicKey, Instant now) {
    connected = new Connected(publicKey, now);
    outdate();
  }

  boolean isConnected() {
    return connected != null;
  }

  /** The peer said that this is its registry; returns whether it had not said so before. */
  boolean told(Key key) {
    if (Objects.equals(key, registryKey)) {
      return false;
    }
    registryKey = key;
    outdate();
    return true;
  }

  /** Whether the peer has told of all registries that it knows; returns whether that is new. */
  boolean toldAll(boolean now) {
    if (now == toldAll) {
      return false;
    }
    toldAll = now;
    outdate();
    return true;
  }

  /** The peer has another head of this log than before. */
  void headChanged(Key log, RemoteHead head) {
    heads.put(log, head);
    news.put(log, head);
    outdate();
  }

  /** The log is replicated no more; returns whether the peer had announced a head of it. */
  boolean headForgotten(Key log) {
    if (heads.remove(log) == null) {
      return false;
    }
    news.remove(log);
    outdate();
    return true;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes
  private void outdate() {
    changes++;
  }

  /** Returns all of it, once the connection is complete. Any thread. */
  Optional<PeerState> state() {
    Connected since = connected;
    if (since == null) {
      return Optional.empty();
    }
    long seen = changes;
    Shown last = shown;
    if (last == null || last.changes != seen) {
      last = new Shown(seen, state(since, heads));
      shown = last;
    }
    return Optional.of(last.peer);
  }

  /** Returns it without what it announced, in a time that does not grow with that. */
  Optional<PeerState> withoutHeads() {
    return Optional.ofNullable(connected).map(since -> state(since, Map.of()));
  }

  /**
   * Returns the peer with only the heads that are new since the last call; empty if there are none
   * or the connection is not complete.
   */
  Optional<PeerState> takeNews() {
    Connected since = connected;
    Optional<PeerState> told =
        since == null || news.isEmpty() ? Optional.empty() : Optional.of(state(since, news));
    news.clear();
    return told;
  }

  private PeerState state(Connected since, Map<Key, RemoteHead> some) {
    return new PeerState(
        since.publicKey,
        address,
        initiator,
        since.at,
        Optional.ofNullable(registryKey),
        toldAll,
        some);
  }

  /** With whom the connection is, and since when. */
  private record Connected(Key publicKey, Instant at) {}

  /** What was shown of the peer after so many changes, or a little later. */
  private record Shown(long changes, PeerState peer) {}
}
