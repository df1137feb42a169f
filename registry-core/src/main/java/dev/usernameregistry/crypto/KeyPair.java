package dev.usernameregistry.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 key pair. Signing is deterministic (RFC 8032). Immutable; safe from any thread. {@link
 * #toString} shows only the public key.
 */
public final class KeyPair {
  /** Bytes in a seed. */
  public static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

  /** Bytes in a signature. */
  public static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

  private final Ed25519Engine.Signer signer;
  private final Key publicKey;

  private KeyPair(byte[] seed) {
    byte[] point = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, point, 0);
    this.signer = new Ed25519Engine.Signer(seed, point);
    this.publicKey = Key.of(point);
  }

  /**
   * Returns the key pair of a copy of {@code seed}.
   *
   * @throws IllegalArgumentException if the seed is not 32 bytes
   */
  public static KeyPair fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, got " + seed.length);
    }
    return new KeyPair(seed.clone());
  }

  /** Returns the public half. */
  public Key publicKey() {
    return publicKey;
  }

  /** Returns a copy of the secret half. */
  public byte[] seed() {
    return signer.seed().clone();
  }

  /** Returns the 64-byte signature over {@code message}. */
  public byte[] sign(byte[] message) {
    return Signatures.engine().sign(signer, message);
  }

  @Override
  public String toString() {
    return "KeyPair[" + publicKey + "]";
  }
}
