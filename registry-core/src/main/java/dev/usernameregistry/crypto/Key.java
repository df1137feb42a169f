package dev.usernameregistry.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;
import org.jspecify.annotations.Nullable;

/**
 * 32 bytes that name something: a log's key, its discovery key, a public key, a topic. Immutable;
 * ordered as unsigned bytes.
 */
public final class Key implements Comparable<Key> {
  /** Bytes in a key. */
  public static final int BYTES = 32;

  private static final int ID_CHARACTERS = 52;

  /** So much of what is no key is shown in a message: a key with a little before or behind it. */
  private static final int SHOWN_CHARACTERS_MAX = 80;

  private static final String SCHEME = "pear://";
  private static final byte[] HYPERCORE = "hypercore".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  /** 0 until it was asked for. A race costs a second look with the same result. */
  private int hash;

  /** Null until it was looked for. A race costs a second look with the same result. */
  private @Nullable Decoded decoded;

  private Key(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a key has " + BYTES + " bytes, got " + bytes.length);
    }
    this.bytes = bytes;
  }

  /**
   * Returns the key with a copy of {@code bytes}.
   *
   * @throws IllegalArgumentException if there are not exactly 32
   */
  public static Key of(byte[] bytes) {
    return new Key(bytes.clone());
  }

  /**
   * Parses 64 hexadecimal digits, in either case.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code hex}
   */
  public static Key fromHex(String hex) {
    long digits = hex.chars().filter(HexFormat::isHexDigit).count();
    if (hex.length() != 2 * BYTES || digits != 2 * BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a key is %d hexadecimal digits, got %d characters, %d of them such digits: '%s'",
              2 * BYTES,
              hex.length(),
              digits,
              cut(hex)));
    }
    return new Key(HexFormat.of().parseHex(hex));
  }

  private static String cut(String text) {
    String shown = text.replaceAll("\\p{Cntrl}", "?"); // it may come from a file of others
    return shown.length() <= SHOWN_CHARACTERS_MAX
        ? shown
        : shown.substring(0, SHOWN_CHARACTERS_MAX) + "...";
  }

  /**
   * Parses what people exchange: 52 characters of z-base-32 or 64 hexadecimal digits, perhaps after
   * {@code pear://} and before a slash and a path.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code id}
   */
  public static Key fromId(String id) {
    String key = id;
    if (key.startsWith(SCHEME)) {
      int slash = key.indexOf('/', SCHEME.length());
      key = key.substring(SCHEME.length(), slash < 0 ? key.length() : slash);
    }
    if (key.length() == ID_CHARACTERS) {
      return new Key(ZBase32.decode(key));
    }
    if (key.length() == 2 * BYTES) {
      return fromHex(key);
    }
    throw new IllegalArgumentException(
        "a key is 52 z-base-32 characters or 64 hexadecimal digits, got "
            + key.length()
            + " characters");
  }

  /** Returns the 52 characters of z-base-32 that {@link #fromId} reads. */
  public String id() {
    return ZBase32.encode(bytes);
  }

  /** Returns a copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Returns the byte at {@code offset} as 0 to 255. */
  public int byteAt(int offset) {
    return bytes[offset] & 0xff;
  }

  /** Returns 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns the first eight hexadecimal digits: enough for a log line, not for identity. */
  public String shortHex() {
    return HexFormat.of().formatHex(bytes, 0, 4);
  }

  /**
   * Returns what is told to strangers instead of this log key: BLAKE2b of "hypercore" keyed with
   * it.
   */
  public Key discoveryKey() {
    return new Key(Blake2b.keyed(bytes, HYPERCORE));
  }

  /**
   * Returns false if no signature of this public key can hold, because the bytes are no point in
   * its one spelling, or one of the eight of small order. True for some that are no point at all.
   */
  boolean canVerify() {
    return EncodedPoint.isOneSpellingOfLargeOrder(bytes);
  }

  /**
   * Returns the point that these bytes are in their one spelling, if a secret key can lead to it:
   * one of the large prime order, without a part of small order. Very slow the first time.
   */
  Optional<PublicPoint> primeOrderPoint() {
    Decoded known = decoded;
    if (known == null) {
      known = new Decoded(Optional.ofNullable(Ed25519.validatePublicKeyFullExport(bytes, 0)));
      decoded = known;
    }
    return known.point;
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(bytes);
      hash = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return hex();
  }

  /** What {@link #primeOrderPoint} found. */
  private record Decoded(Optional<PublicPoint> point) {}
}
