package dev.usernameregistry.net.udx;

/** The bytes that the reference's vectors use as payload, so that they need not be spelled out. */
final class Pattern {
  private Pattern() {}

  /** Returns {@code count} bytes from {@code offset} on. */
  static byte[] bytes(long offset, int count, int salt) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) ((int) ((offset + i) * 2654435761L + salt * 40503L) >> 24);
    }
    return bytes;
  }
}
