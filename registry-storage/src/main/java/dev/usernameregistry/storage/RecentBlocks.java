package dev.usernameregistry.storage;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of all logs that peers sent last, until each is read for the first time: whoever
 * follows a log reads what has just been stored. Who is further behind than all that fits in here
 * finds nothing. Never has a block that the database has not. Safe from any thread.
 */
final class RecentBlocks {
  private static final long BYTES_MAX = 1 << 20;

  /** What a block takes beside its bytes. */
  private static final long OVERHEAD_BYTES = 120;

  // Both guarded by this.
  private final Map<Id, byte[]> blocks = new LinkedHashMap<>();
  private long bytes;

  /** Adds blocks of a log that have been stored, in place of the oldest. */
  synchronized void add(long log, Map<Long, byte[]> stored) {
    for (Map.Entry<Long, byte[]> block : stored.entrySet()) {
      take(log, block.getKey());
      long weightBytes = weightBytes(block.getValue());
      if (weightBytes <= BYTES_MAX) {
        blocks.put(new Id(log, block.getKey()), block.getValue());
        bytes += weightBytes;
      }
    }
    Iterator<byte[]> oldest = blocks.values().iterator();
    while (bytes > BYTES_MAX) {
      bytes -= weightBytes(oldest.next());
      oldest.remove();
    }
  }

  /** Removes a block and returns it, or null if it is not here. */
  synchronized byte @Nullable [] take(long log, long block) {
    byte[] value = blocks.remove(new Id(log, block));
    if (value != null) {
      bytes -= weightBytes(value);
    }
    return value;
  }

  /** Removes these blocks of a log. */
  synchronized void remove(long log, Set<Long> numbers) {
    if (!blocks.isEmpty()) {
      numbers.forEach(block -> take(log, block));
    }
  }

  /** Removes all blocks of a log from {@code from} on. */
  synchronized void removeFrom(long log, long from) {
    blocks
        .entrySet()
        .removeIf(
            block -> {
              boolean gone = block.getKey().log == log && block.getKey().block >= from;
              bytes -= gone ? weightBytes(block.getValue()) : 0;
              return gone;
            });
  }

  /** Returns about how much memory the blocks take. */
  synchronized long weightBytes() {
    return bytes;
  }

  private static long weightBytes(byte[] value) {
    return OVERHEAD_BYTES + value.length;
  }

  private record Id(long log, long block) {}
}
