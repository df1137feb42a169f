package dev.usernameregistry.bee;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes protobuf fields into bytes of its own, which grow. Not thread-safe. */
final class ProtoWriter {
  private static final int LENGTH_DELIMITED = 2;

  private byte[] out;
  private int length;

  ProtoWriter(int capacity) {
    out = new byte[capacity];
  }

  byte[] toByteArray() {
    return length == out.length ? out : Arrays.copyOf(out, length);
  }

  /** Writes the tag and length of a field whose {@code byteCount} bytes the caller writes next. */
  void begin(int field, int byteCount) {
    varint((field << 3) | LENGTH_DELIMITED);
    varint(byteCount);
  }

  void bytes(int field, byte[] value) {
    begin(field, value.length);
    need(value.length);
    System.arraycopy(value, 0, out, length, value.length);
    length += value.length;
  }

  void bytesIfPresent(int field, byte @Nullable [] value) {
    if (value != null) {
      bytes(field, value);
    }
  }

  void varint(long value) {
    need(varintBytes(value));
    long rest = value;
    while (rest > 0x7f) {
      out[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
  }

  static int varintBytes(long value) {
    int bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(value));
    return (bits + 6) / 7;
  }

  private void need(int byteCount) {
    int wanted = Math.addExact(length, byteCount);
    if (wanted > out.length) {
      out = Arrays.copyOf(out, (int) Math.max(wanted, Math.min(2L * out.length, 1 << 30)));
    }
  }
}
