package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import java.util.Arrays;

/**
 * Reads protobuf fields from a window of bytes, which must not change meanwhile. Every method
 * throws {@link MalformedMessageException} and nothing else for bytes that do not follow the
 * format. Not thread-safe.
 *
 * <p>As the reference, it takes fields in any order and skips unknown ones; other than the
 * reference, it wants known fields in the wire type they are written in.
 */
final class ProtoReader {
  private static final long VARINT_MAX = (1L << 53) - 1;
  private static final int VARINT_BYTES_MAX = 9;
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final byte[] bytes;
  private final int end;
  private int position;

  /** What {@link #next} found last: the field's number, wire type, and where its bytes are. */
  private long field;

  private int wireType;
  private int from;

  ProtoReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  ProtoReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  /** Steps over the next field; returns false if there is none. */
  boolean next() {
    if (position >= end) {
      return false;
    }
    long tag = varint();
    field = tag >>> 3;
    wireType = (int) (tag & 7);
    switch (wireType) {
      case VARINT -> varint();
      case FIXED_64 -> skip(8);
      case LENGTH_DELIMITED -> skip(varint());
      case FIXED_32 -> skip(4);
      default -> throw new MalformedMessageException("unknown wire type " + wireType);
    }
    return true;
  }

  /** Returns the number of the field, or 0 if it is too large to be known. */
  int field() {
    return field > Integer.MAX_VALUE ? 0 : (int) field;
  }

  /** Returns where the field's bytes begin. */
  int from() {
    if (wireType != LENGTH_DELIMITED) {
      throw new MalformedMessageException(
          "field " + field + " has wire type " + wireType + ", not " + LENGTH_DELIMITED);
    }
    return from;
  }

  /** Returns where the field's bytes end. */
  int to() {
    return position;
  }

  byte[] copy() {
    return Arrays.copyOfRange(bytes, from(), to());
  }

  ProtoReader message() {
    return new ProtoReader(bytes, from(), to());
  }

  boolean hasRemaining() {
    return position < end;
  }

  /** Reads an integer of a packed field. */
  long varint() {
    long value = 0;
    for (int i = 0; i < VARINT_BYTES_MAX; i++) {
      if (position >= end) {
        throw new MalformedMessageException("an integer ends after " + i + " bytes");
      }
      byte b = bytes[position++];
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        return inRange(value);
      }
    }
    throw new MalformedMessageException("an integer has more than " + VARINT_BYTES_MAX + " bytes");
  }

  private static long inRange(long value) {
    if (value < 0 || value > VARINT_MAX) {
      throw new MalformedMessageException("an integer is above " + VARINT_MAX);
    }
    return value;
  }

  private void skip(long byteCount) {
    if (byteCount > end - position) {
      throw new MalformedMessageException("need " + byteCount + " bytes, have " + (end - position));
    }
    from = position;
    position += (int) byteCount;
  }
}
