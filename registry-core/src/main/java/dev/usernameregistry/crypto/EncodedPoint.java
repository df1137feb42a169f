package dev.usernameregistry.crypto;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What can be told of the 32 bytes of an Ed25519 point (RFC 8032, 5.1.2) without decoding them,
 * which costs 12 µs: y in little-endian, with the lowest bit of x above it.
 *
 * <p>A point of small order has one of five y; those of order 8 are the two that libsodium has in
 * {@code ge25519_has_small_order}.
 */
final class EncodedPoint {
  /** Each y is below this. */
  private static final byte[] PRIME = y("ed" + "ff".repeat(30) + "7f");

  private static final byte[][] SMALL_ORDER = {
    y("00".repeat(32)), // 4
    y("01" + "00".repeat(31)), // 1
    y("ec" + "ff".repeat(30) + "7f"), // 2
    y("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), // 8
    y("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a") // 8
  };

  private EncodedPoint() {}

  /**
   * Returns whether the first 32 bytes of {@code bytes} are y in its one spelling and not that of a
   * point of small order. If so, and if there is a point with this y, the bytes are its one
   * spelling: x is zero only for two of the five.
   */
  static boolean isOneSpellingOfLargeOrder(byte[] bytes) {
    byte[] y = Arrays.copyOf(bytes, Key.BYTES);
    y[Key.BYTES - 1] &= 0x7f;
    for (byte[] small : SMALL_ORDER) {
      if (Arrays.equals(y, small)) {
        return false;
      }
    }
    return isBelowPrime(y);
  }

  private static boolean isBelowPrime(byte[] y) {
    for (int at = Key.BYTES - 1; at >= 0; at--) {
      if (y[at] != PRIME[at]) {
        return (y[at] & 0xff) < (PRIME[at] & 0xff);
      }
    }
    return false;
  }

  private static byte[] y(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
