package dev.usernameregistry.storage;

import java.util.Arrays;
import org.rocksdb.RocksIterator;

/**
 * The record on which a scan stands. RocksDB copies it into an array that is used for all records
 * of the scan: for native code to make a new array takes longer than to step to the next record.
 * Good until the scan goes on. Not thread-safe.
 */
final class ScannedRecord {
  /** Most keys and values are shorter; the first value that is not makes the array longer. */
  private static final int BUFFER_BYTES = 512;

  /** Longer values are so few that each may take an array made by native code. */
  private static final int BUFFER_BYTES_MAX = 64 << 10;

  private final RocksIterator records;
  private byte[] buffer = new byte[BUFFER_BYTES];

  ScannedRecord(RocksIterator records) {
    this.records = records;
  }

  /** Returns the key in an array of its own. */
  byte[] key() {
    return keyFrom(0);
  }

  /** Returns the key without its first {@code offset} bytes, in an array of its own. */
  byte[] keyFrom(int offset) {
    int length = records.key(buffer);
    return length <= buffer.length
        ? Arrays.copyOfRange(buffer, offset, length)
        : Arrays.copyOfRange(records.key(), offset, length);
  }

  /** Returns the value in an array of its own. */
  byte[] value() {
    int length = records.value(buffer);
    if (length > BUFFER_BYTES_MAX) {
      return records.value();
    }
    if (length > buffer.length) {
      buffer = new byte[Math.min(2 * length, BUFFER_BYTES_MAX)];
      length = records.value(buffer);
    }
    return Arrays.copyOf(buffer, length);
  }
}
