package dev.usernameregistry.net.noise;

import dev.usernameregistry.crypto.Key;

/**
 * What a finished handshake leaves to the layers above. The arrays are not copied, so nobody may
 * change them.
 *
 * @param initiator our role in the handshake
 * @param tx 32 bytes, the key of what we send
 * @param rx 32 bytes, the key of what we receive
 * @param handshakeHash 64 bytes, the same on both sides and different for every handshake
 * @param remotePublicKey the peer's static public key, proven by the handshake
 */
public record SessionKeys(
    boolean initiator, byte[] tx, byte[] rx, byte[] handshakeHash, Key remotePublicKey) {

  /** Checks the sizes. */
  public SessionKeys {
    if (tx.length != 32 || rx.length != 32 || handshakeHash.length != 64) {
      throw new IllegalArgumentException(
          "keys have 32, 32 and 64 bytes, got "
              + tx.length
              + ", "
              + rx.length
              + " and "
              + handshakeHash.length);
    }
  }

  @Override
  public String toString() {
    return "SessionKeys[initiator=" + initiator + ", remotePublicKey=" + remotePublicKey + "]";
  }
}
