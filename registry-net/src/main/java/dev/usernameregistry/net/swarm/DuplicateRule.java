package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;

/**
 * Which of two connections to one peer survives. Both ends must come to the same answer, or both
 * connections end.
 */
final class DuplicateRule {
  private DuplicateRule() {}

  /**
   * Returns whether a new connection replaces the existing one: because the existing one had
   * traffic both ways, so that the peer must have lost it; or else because the new one was dialled
   * by the end with the larger key.
   */
  static boolean keepsNew(
      Key ownKey, Key remoteKey, boolean newIsInitiator, boolean existingHadTraffic) {
    boolean expectedInitiator = ownKey.compareTo(remoteKey) > 0;
    return existingHadTraffic || expectedInitiator == newIsInitiator;
  }
}
