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
  private static final int LENGTH_BYTES_MAX = 5;

  /** The largest array that every JVM makes. */
  private static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 8;

  private byte[] out = new byte[1024]; // most commits fit
  private int length = HEADER_BYTES;
  private int count;

  /** Makes room for this many bytes more, keys and values and a few for each record. */
  void expect(long bytes) {
    need(bytes);
  }

  void put(byte[] key, byte[] value) {
    begin(PUT, key, value.length);
    append(value);
  }

  void remove(byte[] key) {
    begin(REMOVE, key, 0);
  }

  void removeRange(byte[] from, byte[] to) {
    begin(REMOVE_RANGE, from, to.length);
    append(to);
  }

  /** Returns all of it; nothing may be added afterwards. */
  byte[] toByteArray() {
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putInt(COUNT_OFFSET, count);
    return out.length == length ? out : Arrays.copyOf(out, length);
  }

  private void begin(byte tag, byte[] key, int valueBytes) {
    need((long) TAG_BYTES + 2 * LENGTH_BYTES_MAX + key.length + valueBytes);
    out[length++] = tag;
    append(key);
    count++;
  }

  private void append(byte[] bytes) {
    int rest = bytes.length;
    while (rest > 0x7f) {
      out[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void need(long bytes) {
    long wanted = length + bytes;
    if (wanted > ARRAY_BYTES_MAX) {
      throw new IllegalArgumentException("a write of " + wanted + " bytes, at most 2 GiB");
    }
    if (wanted > out.length) {
      out = Arrays.copyOf(out, (int) Math.max(wanted, Math.min(2L * out.length, 1 << 30)));
    }
  }
}
