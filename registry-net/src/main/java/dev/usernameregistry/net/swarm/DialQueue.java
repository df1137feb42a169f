package dev.usernameregistry.net.swarm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Peers to dial: by whose turn it is, in random order within one priority. */
final class DialQueue {
  private final RandomGenerator random;
  private final Map<Priority, List<Peer>> classes = new EnumMap<>(Priority.class);

  DialQueue(RandomGenerator random) {
    this.random = random;
    for (Priority priority : Priority.values()) {
      classes.put(priority, new ArrayList<>());
    }
  }

  int size() {
    return classes.values().stream().mapToInt(List::size).sum();
  }

  /** Adds a peer that is not queued, under its turn, which stays until it is taken out. */
  void add(Peer peer) {
    List<Peer> peers = of(peer.turn());
    peer.queueIndex = peers.size();
    peers.add(peer);
  }

  /** Takes out one of the peers that come first; null if nobody is queued. */
  @Nullable Peer poll() {
    for (Priority priority : Priority.values()) {
      Peer peer = pollRandom(priority);
      if (peer != null) {
        return peer;
      }
    }
    return null;
  }

  /** Takes out any peer of a priority; null if there is none. */
  @Nullable Peer pollRandom(Priority priority) {
    List<Peer> peers = of(priority);
    if (peers.isEmpty()) {
      return null;
    }
    Peer peer = peers.get(random.nextInt(peers.size()));
    remove(peer);
    return peer;
  }

  /** Takes a queued peer out. */
  void remove(Peer peer) {
    List<Peer> peers = of(peer.turn());
    Peer last = peers.remove(peers.size() - 1);
    if (last != peer) {
      peers.set(peer.queueIndex, last);
      last.queueIndex = peer.queueIndex;
    }
    peer.queueIndex = -1;
  }

  /** Returns the queued peers. */
  List<Peer> peers() {
    return classes.values().stream().flatMap(List::stream).toList();
  }

  private List<Peer> of(Priority priority) {
    List<Peer> peers = classes.get(priority);
    if (peers == null) {
      throw new AssertionError("no class " + priority);
    }
    return peers;
  }
}
