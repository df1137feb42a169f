package dev.usernameregistry.crypto;

import java.util.HexFormat;
import java.util.List;

/**
 * The eight points of Ed25519 whose order is 8 or less. For each the y coordinate of its encoding,
 * little-endian; the highest bit of the last byte, which is the sign of x, does not matter.
 *
 * <pre>
 * order  y
 *     1  1
 *     2  p - 1
 *     4  0                         two points
 *     8  y1, and p - y1            two points each
 * </pre>
 */
final class SmallOrder {
  private static final int BYTES = 32;

  private static final List<byte[]> COORDINATES =
      List.of(
          bytes("0100000000000000000000000000000000000000000000000000000000000000"),
          bytes("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
          bytes("0000000000000000000000000000000000000000000000000000000000000000"),
          bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"));

  private SmallOrder() {}

  /** Returns whether {@code bytes} begin with such a point, in its one spelling. */
  static boolean isPoint(byte[] bytes) {
    for (byte[] coordinate : COORDINATES) {
      if (beginsWith(bytes, coordinate)) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsWith(byte[] bytes, byte[] coordinate) {
    for (int i = 0; i < BYTES - 1; i++) {
      if (bytes[i] != coordinate[i]) {
        return false;
      }
    }
    return (bytes[BYTES - 1] & 0x7f) == coordinate[BYTES - 1];
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
