package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are remembered: those that are queued or wait to be dialled again, have a
 * connection, or were named by the application. A peer is never in the queue while it waits or has
 * a connection.
 */
final class Peers {
  /**
   * Peers remembered, beyond which a peer found by a lookup takes the place of a random one that
   * was dialled in vain, or else was not dialled yet. Peers with a connection and explicit ones are
   * remembered in any case.
   */
  static final int PEERS_MAX = 4_096;

  private final DialQueue queue;
  private final Retries retries;
  private final Map<Key, Peer> peers = new LinkedHashMap<>();
  private final Set<Peer> explicit = new LinkedHashSet<>();

  Peers(DialQueue queue, Retries retries) {
    this.queue = queue;
    this.retries = retries;
  }

  int size() {
    return peers.size();
  }

  @Nullable Peer get(Key key) {
    return peers.get(key);
  }

  Peer getOrAdd(Key key) {
    return peers.computeIfAbsent(key, Peer::new);
  }

  /** Returns whether one more peer would be too many. */
  boolean isFull() {
    return peers.size() >= PEERS_MAX;
  }

  /** Forgets a random peer that was dialled in vain, or was not dialled; null if there is none. */
  @Nullable Peer forgetAny() {
    Peer peer = forgettable(Priority.LOW);
    if (peer == null) {
      peer = forgettable(Priority.NORMAL);
    }
    if (peer != null) {
      peers.remove(peer.key);
    }
    return peer;
  }

  private @Nullable Peer forgettable(Priority turn) {
    Peer peer = queue.pollRandom(turn);
    if (peer != null && (peer.explicit || peer.isProven())) {
      queue.add(peer);
      return null;
    }
    return peer;
  }

  void enqueue(Peer peer) {
    retries.remove(peer);
    queue.add(peer);
  }

  /** Neither dials a peer nor lets it wait; returns whether it was queued. */
  boolean dequeue(Peer peer) {
    retries.remove(peer);
    return leaveQueue(peer);
  }

  /** Takes a peer out of the queue but lets it wait; returns whether it was in. */
  boolean leaveQueue(Peer peer) {
    if (!peer.isQueued()) {
      return false;
    }
    queue.remove(peer);
    return true;
  }

  /** Forgets a peer without a connection, if nothing else is to be done with it. */
  void forgetIfIdle(Peer peer) {
    if (!peer.isQueued() && peer.retry == null && !peer.explicit) {
      peers.remove(peer.key, peer);
    }
  }

  void setExplicit(Peer peer, boolean named) {
    peer.explicit = named;
    if (named) {
      explicit.add(peer);
    } else {
      explicit.remove(peer);
    }
  }

  int explicitCount() {
    return explicit.size();
  }

  List<Peer> explicit() {
    return List.copyOf(explicit);
  }

  /** A topic was left; returns the peers that we now have no reason to dial. */
  List<Peer> dropTopic(Key topic) {
    return peers.values().stream()
        .filter(peer -> peer.topics.remove(topic))
        .filter(peer -> peer.topics.isEmpty() && !peer.explicit)
        .toList();
  }

  /** Returns all peers. */
  List<Peer> all() {
    return List.copyOf(peers.values());
  }
}
