package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Peers as a network shows them, and what they announced. */
final class Announced {
  private Announced() {}

  /** Returns a peer at h:1 that told this registry, and whose own key is the same. */
  static PeerState peer(Key registry, Map<Key, PeerState.RemoteHead> heads) {
    return peer(registry, registry, heads);
  }

  /** Returns a peer at h:1 that told this registry. */
  static PeerState peer(Key publicKey, Key registry, Map<Key, PeerState.RemoteHead> heads) {
    return new PeerState(publicKey, "h:1", true, Instant.EPOCH, Optional.of(registry), true, heads);
  }

  /** Returns the head of so many blocks, of which more may come. */
  static PeerState.RemoteHead head(long length) {
    return new PeerState.RemoteHead(length, 0, Optional.empty());
  }

  /** Returns the head of so many blocks, of which no more comes, so that nobody waits for it. */
  static PeerState.RemoteHead stuck(long length) {
    return new PeerState.RemoteHead(length, 0, Optional.of("too large"));
  }
}
