package dev.usernameregistry.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Records to put and to remove in one write, in the form in which RocksDB keeps a batch and writes
 * it to its journal: so it is handed over in one call, where one call for each record takes longer
 * than all the rest of a large commit. Copies what it is given; takes up to 2 GiB. Not thread-safe.
 *
 * <pre>
 * offset  size  field
 *      0     8  sequence number: 0, RocksDB fills it in
 *      8     4  count of records, little-endian
 *     12     .  records, in the order in which they take effect:
 *
 * 01, key, value    put
 * 00, key           remove
 * 0f, from, to      remove all with from &lt;= key &lt; to
 * </pre>
 *
 * <p>Keys and values are their length, in 7 bits a byte, lowest first, the highest bit set in all
 * but the last, and their bytes. Source: write_batch.cc of RocksDB.
 */
final class RecordBatch {
  private static final byte PUT = 1;
  private static final byte REMOVE = 0;
  private static final byte REMOVE_RANGE = 15;

  private static final int COUNT_OFFSET = 8;
  private static final int HEADER_BYTES = COUNT_OFFSET + 4;

  private static final int TAG_BYTES = 1;

  /** The largest array that every JVM makes. */
  private static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 8;

  private static final byte[] NOTHING = {};

  private byte[] out = new byte[1024]; // most commits fit
  private int length = HEADER_BYTES;
  private int count;

  /** Returns how many bytes a record takes that is put. */
  static long recordBytes(int keyBytes, int valueBytes) {
    return (long) TAG_BYTES + fieldBytes(keyBytes) + fieldBytes(valueBytes);
  }

  /** Makes room for just so many bytes more, if there is less. */
  void expect(long bytes) {
    grow(bytes, 0);
  }

  void put(byte[] key, byte[] value) {
    put(key, NOTHING, value);
  }

  /** Puts a record whose value is {@code head} and then {@code tail}. */
  void put(byte[] key, byte[] head, byte[] tail) {
    int valueBytes = Math.addExact(head.length, tail.length);
    begin(PUT, key, fieldBytes(valueBytes));
    appendLength(valueBytes);
    appendBytes(head);
    appendBytes(tail);
  }

  void remove(byte[] key) {
    begin(REMOVE, key, 0);
  }

  void removeRange(byte[] from, byte[] to) {
    begin(REMOVE_RANGE, from, fieldBytes(to.length));
    append(to);
  }

  /** Returns all of it; nothing may be added afterwards. */
  byte[] toByteArray() {
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putInt(COUNT_OFFSET, count);
    return out.length == length ? out : Arrays.copyOf(out, length);
  }

  private void begin(byte tag, byte[] key, long furtherBytes) {
    grow(TAG_BYTES + fieldBytes(key.length) + furtherBytes, 2L * out.length);
    out[length++] = tag;
    append(key);
    count++;
  }

  private void append(byte[] bytes) {
    appendLength(bytes.length);
    appendBytes(bytes);
  }

  private void appendLength(int bytes) {
    int rest = bytes;
    while (rest > 0x7f) {
      out[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
  }

  private void appendBytes(byte[] bytes) {
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  /** Returns how many bytes a key or value takes with its length. */
  private static long fieldBytes(int bytes) {
    int lengthBytes = 1;
    for (int rest = bytes; rest > 0x7f; rest >>>= 7) {
      lengthBytes++;
    }
    return (long) lengthBytes + bytes;
  }

  /** Makes room for {@code bytes} more; if there is less, for {@code goodBytes} in all. */
  private void grow(long bytes, long goodBytes) {
    long wanted = length + bytes;
    if (wanted > ARRAY_BYTES_MAX) {
      throw new IllegalArgumentException("a write of " + wanted + " bytes, at most 2 GiB");
    }
    if (wanted > out.length) {
      out = Arrays.copyOf(out, (int) Math.max(wanted, Math.min(goodBytes, 1 << 30)));
    }
  }
}
