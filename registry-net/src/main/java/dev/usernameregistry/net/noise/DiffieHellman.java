package dev.usernameregistry.net.noise;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The shared secret of two Ed25519 key pairs in the Edwards group: not X25519, and no hash of the
 * result.
 */
final class DiffieHellman {
  private DiffieHellman() {}

  /**
   * Returns the 32-byte encoding of the remote point times our secret scalar.
   *
   * @throws SecretStreamException if {@code remote} is not canonical, not on the curve, or outside
   *     the subgroup of prime order
   */
  static byte[] shared(KeyPair own, Key remote) {
    byte[] encoded = remote.bytes();
    if (!Ed25519.validatePublicKeyFull(encoded, 0)) {
      throw new SecretStreamException(remote + " is not a point to agree a secret with");
    }
    return EdwardsPoint.decode(encoded).multiply(scalar(own.seed())).encode();
  }

  /** Returns the secret scalar of a seed, clamped once and not reduced (RFC 8032, 5.1.5). */
  static byte[] scalar(byte[] seed) {
    byte[] scalar = Arrays.copyOf(sha512(seed), 32);
    scalar[0] &= (byte) 248;
    scalar[31] &= 127;
    scalar[31] |= 64;
    return scalar;
  }

  private static byte[] sha512(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-512").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-512", e);
    }
  }
}
