package dev.usernameregistry.net.announce;

import dev.usernameregistry.crypto.Key;

/**
 * Where an announcement goes: under one target at one node, for as long as that node takes the
 * token. Its signature binds it to all three, so that nobody can carry it to another place or bring
 * it back later.
 *
 * @param token not copied, so nobody may change it
 */
record Place(Key target, Key nodeId, byte[] token) {
  /** Bytes in a token. */
  static final int TOKEN_BYTES = 32;
}
