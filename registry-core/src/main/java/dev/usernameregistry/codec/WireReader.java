package dev.usernameregistry.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads compact-encoded values from a window of bytes. All integers are little-endian.
 *
 * <p>Every method throws {@link MalformedMessageException} and nothing else when the bytes end too
 * early, a value is out of range or a length is above its limit. Bytes behind the last value read
 * are not an error: newer writers append fields there. Not thread-safe.
 */
public final class WireReader {
  /** Largest integer that the format carries, 2⁵³ − 1, because its reference has no larger one. */
  public static final long UINT_MAX = (1L << 53) - 1;

  /** Largest number of elements in one array. */
  public static final int ARRAY_ELEMENTS_MAX = 0x100000;

  private final ByteBuffer in;

  /** Reads all of {@code bytes}, which must not change meanwhile. */
  public WireReader(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  /** Reads what {@code bytes} has remaining, without moving its position. */
  public WireReader(ByteBuffer bytes) {
    this.in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns how many bytes are left. */
  public int remaining() {
    return in.remaining();
  }

  /**
   * Returns whether at least one byte is left: how optional trailing fields announce themselves.
   */
  public boolean hasRemaining() {
    return in.hasRemaining();
  }

  /**
   * Reads an unsigned integer of variable length: one byte up to 252, else a marker (253, 254, 255)
   * and 2, 4 or 8 bytes. Longer spellings than needed are accepted, as the reference does.
   */
  public long uint() {
    int first = uint8();
    return switch (first) {
      case 0xfd -> fixedUint(2);
      case 0xfe -> fixedUint(4);
      case 0xff -> uint64();
      default -> first;
    };
  }

  /** Reads a variable-length integer that must not exceed {@code max}. */
  public long uint(long max) {
    long value = uint();
    if (value > max) {
      throw new MalformedMessageException("got " + value + ", at most " + max);
    }
    return value;
  }

  /** Reads one byte as 0 to 255. */
  public int uint8() {
    return need(1).get() & 0xff;
  }

  /** Reads an unsigned integer of {@code byteCount} (1 to 7) bytes. */
  public long fixedUint(int byteCount) {
    need(byteCount);
    long value = 0;
    for (int shift = 0; shift < 8 * byteCount; shift += 8) {
      value |= (in.get() & 0xffL) << shift;
    }
    return inRange(value);
  }

  /** Reads an unsigned integer of 8 bytes. */
  public long uint64() {
    return inRange(need(8).getLong());
  }

  /** Undoes zig-zag: even numbers are the non-negative ones, odd ones the negative. */
  public static long zigZag(long uint) {
    return (uint >>> 1) ^ -(uint & 1);
  }

  /** Reads 8 bytes as an IEEE 754 number. */
  public double float64() {
    return need(8).getDouble();
  }

  /** Reads 4 bytes as an IEEE 754 number. */
  public float float32() {
    return need(4).getFloat();
  }

  /** Reads one byte; only 1 is true. */
  public boolean bool() {
    return uint8() == 1;
  }

  /** Reads exactly {@code byteCount} bytes that carry no length of their own. */
  public byte[] fixed(int byteCount) {
    need(byteCount);
    byte[] bytes = new byte[byteCount];
    in.get(bytes);
    return bytes;
  }

  /** Reads a length-prefixed byte string of at most {@code maxBytes}; may be empty. */
  public byte[] bytes(int maxBytes) {
    return fixed((int) length(maxBytes));
  }

  /** Reads a length-prefixed UTF-8 text of at most {@code maxBytes} bytes. */
  public String string(int maxBytes) {
    return new String(bytes(maxBytes), StandardCharsets.UTF_8);
  }

  /** Reads a length-prefixed array of 32-bit words of at most {@code maxWords}. */
  public int[] uint32Array(int maxWords) {
    int count = count(4, maxWords);
    int[] words = new int[count];
    for (int i = 0; i < count; i++) {
      words[i] = in.getInt();
    }
    return words;
  }

  /**
   * Reads how many elements an array has, and checks that they can be there.
   *
   * @param smallestElementBytes the fewest bytes that one element takes, at least 1
   * @param max the most elements the caller takes
   */
  public int count(int smallestElementBytes, int max) {
    long count = uint();
    long limit = Math.min(max, ARRAY_ELEMENTS_MAX);
    if (count > limit) {
      throw new MalformedMessageException(count + " elements, at most " + limit);
    }
    if (count * smallestElementBytes > in.remaining()) {
      throw new MalformedMessageException(
          count + " elements in " + in.remaining() + " remaining bytes");
    }
    return (int) count;
  }

  /** Reads a length-prefixed part and returns a reader over exactly that part. */
  public WireReader frame(int maxBytes) {
    return part((int) length(maxBytes));
  }

  /**
   * Returns a reader over exactly the next {@code byteCount} bytes, without copying them, and skips
   * them here.
   */
  public WireReader part(int byteCount) {
    need(byteCount);
    WireReader part = new WireReader(in.slice(in.position(), byteCount));
    in.position(in.position() + byteCount);
    return part;
  }

  /** Reads all bytes that are left. */
  public byte[] raw() {
    return fixed(in.remaining());
  }

  private long length(int maxBytes) {
    long length = uint();
    if (length > maxBytes) {
      throw new MalformedMessageException(length + " bytes, at most " + maxBytes);
    }
    return length;
  }

  private static long inRange(long value) {
    if (value < 0 || value > UINT_MAX) {
      throw new MalformedMessageException(
          "got " + Long.toUnsignedString(value) + ", at most " + UINT_MAX);
    }
    return value;
  }

  private ByteBuffer need(int byteCount) {
    if (in.remaining() < byteCount) {
      throw new MalformedMessageException("need " + byteCount + " bytes, have " + in.remaining());
    }
    return in;
  }
}
