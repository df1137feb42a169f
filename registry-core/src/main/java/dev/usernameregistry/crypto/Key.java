package dev.usernameregistry.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * 32 bytes that name something: a log's key, its discovery key, a public key, a topic. Immutable;
 * ordered as unsigned bytes.
 */
public final class Key implements Comparable<Key> {
  /** Bytes in a key. */
  public static final int BYTES = 32;

  private static final byte[] HYPERCORE = "hypercore".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

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
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "a key is " + 2 * BYTES + " hexadecimal digits, got " + hex.length() + " characters");
    }
    return new Key(HexFormat.of().parseHex(hex));
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
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
