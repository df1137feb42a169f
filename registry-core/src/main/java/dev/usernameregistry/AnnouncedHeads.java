package dev.usernameregistry;

import java.util.ArrayList;
import java.util.List;

/** What peers announced and nobody has looked at yet, up to a bound. Safe from any thread. */
final class AnnouncedHeads {
  private static final long HEADS_MAX = 16 << 10;

  private List<PeerState> peers = new ArrayList<>();

  /** Heads of all of them, and one more for each. */
  private long heads;

  /**
   * Adds {@code news}; returns false if that is more than is kept. All is forgotten then, and who
   * looks has to look at all peers.
   */
  synchronized boolean add(List<PeerState> news) {
    for (PeerState peer : news) {
      heads += 1 + peer.heads().size();
    }
    if (heads > HEADS_MAX) {
      take();
      return false;
    }
    peers.addAll(news);
    return true;
  }

  /** Returns what was added since the last call, in its order. */
  synchronized List<PeerState> take() {
    List<PeerState> taken = peers;
    peers = new ArrayList<>();
    heads = 0;
    return taken;
  }
}
