package dev.usernameregistry.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Checks Ed25519 signatures so that all peers give one verdict.
 *
 * <p>Bouncy Castle ignores parts of small order in the key and in the signature's point; libsodium
 * does not. Where both points have prime order the two cannot differ, and an honest signer makes no
 * other ones, so everything else is refused here.
 */
public final class Signatures {
  private Signatures() {}

  /**
   * Returns whether {@code signature} is the signature of {@code publicKey} over {@code message}. A
   * wrong size, a non-canonical scalar or point, and a point with a part of small order are all
   * false.
   */
  public static boolean verify(byte[] signature, byte[] message, Key publicKey) {
    return signature.length == KeyPair.SIGNATURE_BYTES
        && publicKey
            .primeOrderPoint()
            .filter(point -> Ed25519.verify(signature, 0, point, message, 0, message.length))
            .isPresent()
        && Ed25519.validatePublicKeyFull(signature, 0);
  }
}
