package dev.usernameregistry.claims;

import java.nio.ByteBuffer;

/**
 * Makes the keys of rows that list owners' names by public key. Remembers the last hash, because
 * most names of a registry have the same public key. Not thread-safe.
 */
final class PublicKeyRows {
  private String lastPublicKey = "";
  private byte[] lastPrefix = ClaimRows.byPublicKey(lastPublicKey);

  byte[] row(String publicKey, byte[] name) {
    if (!publicKey.equals(lastPublicKey)) {
      lastPrefix = ClaimRows.byPublicKey(publicKey);
      lastPublicKey = publicKey;
    }
    return ByteBuffer.allocate(lastPrefix.length + name.length).put(lastPrefix).put(name).array();
  }
}
