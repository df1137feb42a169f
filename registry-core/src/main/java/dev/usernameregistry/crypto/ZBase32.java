package dev.usernameregistry.crypto;

import java.util.Arrays;

/**
 * z-base-32: bytes as text that people can read aloud. Five bits a character, most significant
 * first; the last character is filled with zero bits. Lower case only.
 */
final class ZBase32 {
  private static final String ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      VALUES[ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private ZBase32() {}

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder((8 * bytes.length + 4) / 5);
    int bits = 0; // the low bitCount bits are not written yet
    int bitCount = 0;
    for (byte next : bytes) {
      bits = (bits << 8) | (next & 0xff);
      for (bitCount += 8; bitCount >= 5; bitCount -= 5) {
        text.append(ALPHABET.charAt((bits >>> (bitCount - 5)) & 31));
      }
    }
    if (bitCount > 0) {
      text.append(ALPHABET.charAt((bits << (5 - bitCount)) & 31));
    }
    return text.toString();
  }

  /**
   * Undoes {@link #encode}.
   *
   * @throws IllegalArgumentException if {@code text} is nothing that it returns
   */
  static byte[] decode(String text) {
    byte[] bytes = new byte[5 * text.length() / 8];
    int bits = 0;
    int bitCount = 0;
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      bits = (bits << 5) | value(text, i);
      bitCount += 5;
      if (bitCount >= 8) {
        bitCount -= 8;
        bytes[count++] = (byte) (bits >>> bitCount);
      }
    }
    if (bitCount >= 5 || (bits & ((1 << bitCount) - 1)) != 0) {
      throw new IllegalArgumentException("no z-base-32 text ends like \"" + text + "\"");
    }
    return bytes;
  }

  private static int value(String text, int position) {
    char character = text.charAt(position);
    int value = character < VALUES.length ? VALUES[character] : -1;
    if (value < 0) {
      throw new IllegalArgumentException(
          "\"" + character + "\" at " + position + " is not one of " + ALPHABET);
    }
    return value;
  }
}
