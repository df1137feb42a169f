package dev.usernameregistry.memory;

import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One table of a {@link MemoryStorage}. Safe from any thread. */
final class MemoryTable implements Table {
  /** What a row takes besides its bytes: an entry of a map, and two arrays. */
  private static final long ROW_BYTES = 80;

  private final Memory memory;

  /** Guarded by this; a writer puts a copy in its place while a scan reads it. */
  private Rows rows = new Rows(new TreeMap<>(Arrays::compareUnsigned));

  MemoryTable(Memory memory) {
    this.memory = memory;
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    memory.requireOpen();
    return rows.byKey.get(key);
  }

  @Override
  public void scan(byte[] from, byte @Nullable [] to, RowVisitor visitor) throws IOException {
    Rows scanned = beginScan();
    try {
      if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
        return;
      }
      NavigableMap<byte[], byte[]> range =
          to == null
              ? scanned.byKey.tailMap(from, true)
              : scanned.byKey.subMap(from, true, to, false);
      for (Map.Entry<byte[], byte[]> row : range.entrySet()) {
        if (!visitor.visit(row.getKey(), row.getValue())) {
          return;
        }
      }
    } finally {
      endScan(scanned);
    }
  }

  @Override
  public synchronized void write(List<Row> changes, boolean durable) {
    memory.requireOpen();
    if (rows.scans > 0) {
      rows = new Rows(new TreeMap<>(rows.byKey));
    }
    for (Row row : changes) {
      byte[] value = row.value();
      byte[] before =
          value == null ? rows.byKey.remove(row.key()) : rows.byKey.put(row.key(), value);
      memory.grew(bytes(row.key(), value) - bytes(row.key(), before));
    }
  }

  private static long bytes(byte[] key, byte @Nullable [] value) {
    return value == null ? 0 : ROW_BYTES + key.length + value.length;
  }

  private synchronized Rows beginScan() {
    memory.requireOpen();
    rows.scans++;
    return rows;
  }

  private synchronized void endScan(Rows scanned) {
    scanned.scans--;
  }

  private static final class Rows {
    final NavigableMap<byte[], byte[]> byKey;

    /** Scans that read {@code byKey} now; it must not change while there are any. */
    int scans;

    Rows(NavigableMap<byte[], byte[]> byKey) {
      this.byKey = byKey;
    }
  }
}
