package dev.usernameregistry.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 in Java, for every platform.
 *
 * <p>It multiplies the equation before it compares, so that parts of small order in the key or in
 * the signature's point could go unnoticed: both are looked for.
 */
final class BouncyCastleEngine implements Ed25519Engine {
  @Override
  public byte[] sign(Signer signer, byte[] message) {
    byte[] signature = new byte[KeyPair.SIGNATURE_BYTES];
    Ed25519.sign(signer.seed(), 0, signer.publicKey(), 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public boolean verify(byte[] signature, byte[] message, Key publicKey) {
    return publicKey
            .primeOrderPoint()
            .filter(point -> Ed25519.verify(signature, 0, point, message, 0, message.length))
            .isPresent()
        && Ed25519.validatePublicKeyFull(signature, 0);
  }

  @Override
  public String description() {
    return "Bouncy Castle";
  }
}
