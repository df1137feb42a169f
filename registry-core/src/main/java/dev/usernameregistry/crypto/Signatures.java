package dev.usernameregistry.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Checks Ed25519 signatures as strictly as libsodium does, so that all peers give one verdict. */
public final class Signatures {
  private Signatures() {}

  /**
   * Returns whether {@code signature} is the signature of {@code publicKey} over {@code message}. A
   * wrong size, a non-canonical scalar or point and a key of small order are all false.
   */
  public static boolean verify(byte[] signature, byte[] message, Key publicKey) {
    return signature.length == KeyPair.SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, publicKey.bytes(), 0, message, 0, message.length);
  }
}
