package dev.usernameregistry.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes compact-encoded values, each in its shortest spelling. The counterpart of {@link
 * WireReader}. Not thread-safe.
 */
public final class WireWriter {
  private byte[] out;
  private int position;

  /** Starts empty, with room for a typical message. */
  public WireWriter() {
    this(64);
  }

  /** Starts empty, with room for {@code expectedBytes} before it has to grow. */
  public WireWriter(int expectedBytes) {
    out = new byte[expectedBytes];
  }

  /**
   * Returns the bytes written so far, which what is written later does not change. If they are just
   * as many as were expected, they are not copied, so nobody may change them.
   */
  public byte[] toByteArray() {
    return position == out.length ? out : Arrays.copyOf(out, position);
  }

  /** Returns how many bytes {@link #uint} writes. */
  public static int uintBytes(long value) {
    return value <= 0xfc ? 1 : value <= 0xffff ? 3 : value <= 0xffff_ffffL ? 5 : 9;
  }

  /**
   * Writes an unsigned integer of variable length.
   *
   * @throws IllegalArgumentException if {@code value} is negative or above {@link
   *     WireReader#UINT_MAX}
   */
  public WireWriter uint(long value) {
    inRange(value);
    if (value <= 0xfc) {
      return fixedUint(value, 1);
    }
    if (value <= 0xffff) {
      return fixedUint(0xfd, 1).fixedUint(value, 2);
    }
    if (value <= 0xffffffffL) {
      return fixedUint(0xfe, 1).fixedUint(value, 4);
    }
    return fixedUint(0xff, 1).fixedUint(value, 8);
  }

  /** Writes the low {@code byteCount} (1 to 8) bytes of {@code value}. */
  public WireWriter fixedUint(long value, int byteCount) {
    grow(byteCount);
    for (int i = 0; i < byteCount; i++) {
      out[position++] = (byte) (value >>> (8 * i));
    }
    return this;
  }

  /** Writes 8 bytes. */
  public WireWriter uint64(long value) {
    return fixedUint(inRange(value), 8);
  }

  /** Zig-zag: makes small negative numbers small unsigned ones; undone by the reader's. */
  public static long zigZag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  /** Writes 8 bytes, IEEE 754. */
  public WireWriter float64(double value) {
    return fixedUint(Double.doubleToRawLongBits(value), 8);
  }

  /** Writes 4 bytes, IEEE 754. */
  public WireWriter float32(float value) {
    return fixedUint(Float.floatToRawIntBits(value), 4);
  }

  /** Writes one byte, 1 or 0. */
  public WireWriter bool(boolean value) {
    return fixedUint(value ? 1 : 0, 1);
  }

  /** Writes the bytes alone, without a length. */
  public WireWriter raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  /** Writes a part of {@code bytes} alone, without a length. */
  public WireWriter raw(byte[] bytes, int offset, int length) {
    grow(length);
    System.arraycopy(bytes, offset, out, position, length);
    position += length;
    return this;
  }

  /** Writes the length and the bytes. */
  public WireWriter bytes(byte[] bytes) {
    return uint(bytes.length).raw(bytes);
  }

  /** Writes the text's length in UTF-8 bytes and those bytes. */
  public WireWriter string(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the number of words and each as 4 bytes. */
  public WireWriter uint32Array(int[] words) {
    uint(words.length);
    for (int word : words) {
      fixedUint(word, 4);
    }
    return this;
  }

  private static long inRange(long value) {
    if (value < 0 || value > WireReader.UINT_MAX) {
      throw new IllegalArgumentException(value + " is not between 0 and " + WireReader.UINT_MAX);
    }
    return value;
  }

  private void grow(int byteCount) {
    int need = Math.addExact(position, byteCount);
    if (need > out.length) {
      out = Arrays.copyOf(out, (int) Math.max(need, Math.min(2L * out.length, 1 << 30)));
    }
  }
}
