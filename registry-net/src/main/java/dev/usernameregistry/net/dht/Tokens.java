package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/**
 * What we give to hosts so that they can show that they receive what we send to them: a hash of the
 * host under a secret that changes. A token is accepted for 7.5 to 15 seconds.
 */
final class Tokens {
  /** Bytes in a token. */
  static final int BYTES = 32;

  /** How long a secret is used for new tokens. */
  static final long ROTATION_NANOS = 7_500_000_000L;

  private byte[] oldSecret;
  private byte[] newSecret;
  private long rotatedNanos;

  Tokens(RandomGenerator random, long nowNanos) {
    this(secret(random), secret(random), nowNanos);
  }

  Tokens(byte[] oldSecret, byte[] newSecret, long nowNanos) {
    this.oldSecret = oldSecret;
    this.newSecret = newSecret;
    this.rotatedNanos = nowNanos;
  }

  private static byte[] secret(RandomGenerator random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return secret;
  }

  /** Returns a token for the host of {@code address}; the port does not matter. */
  byte[] issue(Ipv4Address address, long nowNanos) {
    rotate(nowNanos);
    return token(newSecret, address);
  }

  /** Returns whether {@code token} was given to the host of {@code address} lately. */
  boolean accepts(byte[] token, Ipv4Address address, long nowNanos) {
    rotate(nowNanos);
    return MessageDigest.isEqual(token, token(newSecret, address))
        || MessageDigest.isEqual(token, token(oldSecret, address));
  }

  private static byte[] token(byte[] secret, Ipv4Address address) {
    return Blake2b.keyed(secret, address.hostText().getBytes(StandardCharsets.US_ASCII));
  }

  /** Changes the secrets if it is time; after two changes nothing old is accepted any more. */
  private void rotate(long nowNanos) {
    long rotations = (nowNanos - rotatedNanos) / ROTATION_NANOS;
    for (long i = 0; i < Math.min(rotations, 2); i++) {
      byte[] next = Blake2b.hash(oldSecret);
      oldSecret = newSecret;
      newSecret = next;
    }
    if (rotations > 0) {
      rotatedNanos += rotations * ROTATION_NANOS;
    }
  }
}
