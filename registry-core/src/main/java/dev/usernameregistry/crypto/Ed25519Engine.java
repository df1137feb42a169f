package dev.usernameregistry.crypto;

import java.security.Signature;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A way to compute Ed25519. All give the same bytes and the same verdicts. Safe from any thread.
 */
sealed interface Ed25519Engine permits BouncyCastleEngine, NativeEngine {
  /** Returns the 64-byte signature of {@code signer} over {@code message}. */
  byte[] sign(Signer signer, byte[] message);

  /**
   * Returns whether the equation of {@code signature}, which has 64 bytes, holds exactly (RFC 8032,
   * 5.1.7, without the cofactor), with the scalar in its one spelling. False if the key or the
   * signature begins with bytes that are no point. Points of small order, and other spellings of a
   * point, are the caller's to refuse.
   *
   * @param publicKey one that {@link Key#canVerify can verify}
   */
  boolean holds(byte[] signature, byte[] message, Key publicKey);

  /** Returns what computes, with its version. */
  String description();

  /**
   * A key pair's bytes, which nobody may change.
   *
   * @param idle what an engine made ready for this seed and no thread is using
   */
  record Signer(byte[] seed, byte[] publicKey, AtomicReference<Signature> idle) {
    Signer(byte[] seed, byte[] publicKey) {
      this(seed, publicKey, new AtomicReference<>());
    }
  }
}
