package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The dense numbers under which logs are kept. The highest bit says how: in the records of a log
 * that has it, a block lies together with the nodes that it completes. Earlier versions gave some
 * logs no such bit. Safe from any thread.
 */
final class LogIds {
  /** Instead of the id of a log that has none yet. */
  static final long NONE = -1;

  private static final int BYTES = 4;
  private static final long NODES_WITH_BLOCKS = 1L << 31;

  /** The end of the dense numbers, which leaves room for the bit above. */
  private static final long END_MAX = NODES_WITH_BLOCKS;

  /** Ids that are taken from the disk at a time, because new logs come in crowds. */
  private static final long TAKEN = 64;

  private final Database database;

  // Both guarded by this.
  private long next;
  private long end; // where those end that are taken from the disk and not handed out yet

  LogIds(Database database) throws IOException {
    this.database = database;
    this.next = Math.max(0, decode(database.get(RecordKeys.NEXT_LOG_ID), database));
    this.end = next;
  }

  /** Returns the id of a log, or {@link #NONE}. */
  long find(Key key) throws IOException {
    return decode(database.get(RecordKeys.logId(key)), database);
  }

  /** Returns whether blocks of a log with this id lie together with the nodes they complete. */
  static boolean keepsNodesWithBlocks(long id) {
    return id != NONE && (id & NODES_WITH_BLOCKS) != 0;
  }

  /**
   * Returns an id that no log has had. It is taken before it is used, with some for later: the
   * record of it is written first, and writes survive in order, so that no crash can hand it out
   * twice. Those that were not handed out when a process ends are never used.
   */
  synchronized long take() throws IOException {
    if (next >= END_MAX) {
      throw new IOException("the storage in " + database.folder() + " has no log ids left");
    }
    if (next == end) {
      long taken = Math.min(next + TAKEN, END_MAX);
      database.write(false, batch -> batch.put(RecordKeys.NEXT_LOG_ID, encode(taken)));
      end = taken;
    }
    return next++ | NODES_WITH_BLOCKS;
  }

  static byte[] encode(long id) {
    return ByteBuffer.allocate(BYTES).putInt((int) id).array();
  }

  private static long decode(byte @Nullable [] value, Database database) throws IOException {
    if (value == null) {
      return NONE;
    }
    if (value.length != BYTES) {
      throw Failures.damaged(database.folder(), "a log id of " + value.length + " bytes", null);
    }
    return Integer.toUnsignedLong(ByteBuffer.wrap(value).getInt());
  }
}
