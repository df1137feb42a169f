package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;

/** Decides with whom the application wants nothing to do. Must not call back into the swarm. */
@FunctionalInterface
public interface Firewall {
  /** Lets everybody through. */
  Firewall OPEN = remoteKey -> false;

  /**
   * Returns whether to reject a peer, before it is dialled or its handshake is answered. A rejected
   * peer is banned.
   */
  boolean rejects(Key remoteKey);
}
