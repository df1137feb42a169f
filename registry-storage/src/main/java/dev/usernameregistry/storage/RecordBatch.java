package dev.usernameregistry.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Records to put and to remove in one write, in the form in which RocksDB keeps a batch and writes
 * it to its journal: so it is handed over in one call, where one call for each record takes longer
 * than all the rest of a large commit. What it is given is copied once, into an array of just the
 * size of all of it, and must not change before. Takes up to 2 GiB. Not thread-safe.
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

  private final List<Entry> entries = new ArrayList<>();
  private long bytes = HEADER_BYTES;

  void put(byte[] key, byte[] value) {
    put(key, NOTHING, value);
  }

  /** Puts a record whose value is {@code head} and then {@code tail}. */
  void put(byte[] key, byte[] head, byte[] tail) {
    int valueBytes = Math.addExact(head.length, tail.length);
    add(new Entry(PUT, key, head, tail), fieldBytes(key.length) + fieldBytes(valueBytes));
  }

  void remove(byte[] key) {
    add(new Entry(REMOVE, key, NOTHING, NOTHING), fieldBytes(key.length));
  }

  void removeRange(byte[] from, byte[] to) {
    long entryBytes = fieldBytes(from.length) + fieldBytes(to.length);
    add(new Entry(REMOVE_RANGE, from, NOTHING, to), entryBytes);
  }

  private void add(Entry entry, long entryBytes) {
    long wanted = bytes + TAG_BYTES + entryBytes;
    if (wanted > ARRAY_BYTES_MAX) {
      throw new IllegalArgumentException("a write of " + wanted + " bytes, at most 2 GiB");
    }
    bytes = wanted;
    entries.add(entry);
  }

  /** Returns all of it. */
  byte[] toByteArray() {
    ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(COUNT_OFFSET, entries.size()).position(HEADER_BYTES);
    for (Entry entry : entries) {
      out.put(entry.tag);
      putLength(out, entry.key.length);
      out.put(entry.key);
      if (entry.tag != REMOVE) {
        putLength(out, entry.head.length + entry.tail.length);
        out.put(entry.head).put(entry.tail);
      }
    }
    return out.array();
  }

  private static void putLength(ByteBuffer out, int length) {
    int rest = length;
    for (; rest > 0x7f; rest >>>= 7) {
      out.put((byte) (rest | 0x80));
    }
    out.put((byte) rest);
  }

  /** Returns how many bytes a key or value takes with its length. */
  private static long fieldBytes(int bytes) {
    int lengthBytes = 1;
    for (int rest = bytes; rest > 0x7f; rest >>>= 7) {
      lengthBytes++;
    }
    return (long) lengthBytes + bytes;
  }

  /** A record that is put, with both parts of its value; one to remove; or the ends of a range. */
  private record Entry(byte tag, byte[] key, byte[] head, byte[] tail) {}
}
