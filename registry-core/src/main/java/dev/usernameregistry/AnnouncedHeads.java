package dev.usernameregistry;

import java.util.ArrayList;
import java.util.List;

/** What peers announced and nobody has looked at yet, up to a bound. Safe from any thread. */
final class AnnouncedHeads {
  static final long HEADS_MAX = 16 << 10;

  private List<PeerState> peers = new ArrayList<>();

  /** Heads of all that were to be added, and one more for each peer. */
  private long heads;

  /**
   * Adds {@code news}; returns false if that would be more than is kept. It is not added then, nor
   * is what comes after it before the next {@link #take}, and who looks has to look at all peers.
   */
  synchronized boolean add(List<PeerState> news) {
    for (PeerState peer : news) {
      heads += 1 + peer.heads().size();
    }
    if (heads > HEADS_MAX) {
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
