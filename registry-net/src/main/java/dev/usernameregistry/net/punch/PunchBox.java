package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens the payloads of one punch with the key that the handshake gave both sides, and
 * makes the tokens that prove a host.
 *
 * <pre>
 * offset  size  field
 *      0    24  nonce, random
 *     24    16  Poly1305 of the ciphertext
 *     40        {@link PunchPayload}, XSalsa20
 * </pre>
 *
 * <p>Compatible with libsodium's secretbox. Not thread-safe.
 */
public final class PunchBox {
  /** Bytes in the key. */
  public static final int SECRET_BYTES = 32;

  private static final int NONCE_BYTES = 24;
  private static final int MAC_BYTES = 16;
  private static final int OVERHEAD_BYTES = NONCE_BYTES + MAC_BYTES;

  /** The first keystream bytes are the Poly1305 key. */
  private static final int MAC_KEY_BYTES = 32;

  /** Longest box that is opened; no datagram brings a longer one. */
  private static final int BOX_BYTES_MAX = 2048;

  private final byte[] secret;
  private final byte[] tokenSecret = new byte[SECRET_BYTES];
  private final SecureRandom random;

  /**
   * Starts with the key of the handshake.
   *
   * @throws IllegalArgumentException if it has not {@link #SECRET_BYTES} bytes
   */
  public PunchBox(byte[] secret, SecureRandom random) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "a holepunch secret has " + SECRET_BYTES + " bytes, got " + secret.length);
    }
    this.secret = secret.clone();
    this.random = random;
    random.nextBytes(tokenSecret);
  }

  /** Returns the sealed payload. */
  public byte[] seal(PunchPayload payload) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return seal(payload.encode(), nonce, secret);
  }

  /** Returns what is in {@code box}, or null if our peer did not seal it. */
  public @Nullable PunchPayload open(byte[] box) {
    byte[] plain = open(box, secret);
    if (plain == null) {
      return null;
    }
    try {
      return PunchPayload.decode(plain);
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  /** Returns the token for the host of {@code address}: whoever knows it received there. */
  public Key token(Ipv4Address address) {
    return token(tokenSecret, address);
  }

  /** Returns whether {@code token} is ours for the host of {@code address}. Takes constant time. */
  public boolean isToken(@Nullable Key token, Ipv4Address address) {
    return token != null && MessageDigest.isEqual(token.bytes(), token(address).bytes());
  }

  static Key token(byte[] tokenSecret, Ipv4Address address) {
    byte[] host = address.hostText().getBytes(StandardCharsets.US_ASCII);
    return Key.of(Blake2b.keyed(tokenSecret, host));
  }

  static byte[] seal(byte[] plain, byte[] nonce, byte[] secret) {
    byte[] box = Arrays.copyOf(nonce, OVERHEAD_BYTES + plain.length);
    XSalsa20Engine cipher = cipher(nonce, secret);
    byte[] macKey = macKey(cipher);
    cipher.processBytes(plain, 0, plain.length, box, OVERHEAD_BYTES);
    System.arraycopy(mac(macKey, box), 0, box, NONCE_BYTES, MAC_BYTES);
    return box;
  }

  static byte @Nullable [] open(byte[] box, byte[] secret) {
    if (box.length <= OVERHEAD_BYTES || box.length > BOX_BYTES_MAX) {
      return null;
    }
    XSalsa20Engine cipher = cipher(Arrays.copyOf(box, NONCE_BYTES), secret);
    byte[] mac = mac(macKey(cipher), box);
    if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(box, NONCE_BYTES, OVERHEAD_BYTES))) {
      return null;
    }
    byte[] plain = new byte[box.length - OVERHEAD_BYTES];
    cipher.processBytes(box, OVERHEAD_BYTES, plain.length, plain, 0);
    return plain;
  }

  private static XSalsa20Engine cipher(byte[] nonce, byte[] secret) {
    XSalsa20Engine cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(new KeyParameter(secret), nonce));
    return cipher;
  }

  private static byte[] macKey(XSalsa20Engine cipher) {
    byte[] key = new byte[MAC_KEY_BYTES];
    cipher.processBytes(key, 0, key.length, key, 0);
    return key;
  }

  private static byte[] mac(byte[] key, byte[] box) {
    Poly1305 poly = new Poly1305();
    poly.init(new KeyParameter(key));
    poly.update(box, OVERHEAD_BYTES, box.length - OVERHEAD_BYTES);
    byte[] mac = new byte[MAC_BYTES];
    poly.doFinal(mac, 0);
    return mac;
  }
}
