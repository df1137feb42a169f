package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The dense numbers under which logs are kept. Safe from any thread. */
final class LogIds {
  /** Instead of the id of a log that has none yet. */
  static final long NONE = -1;

  private static final int BYTES = 4;
  private static final long ID_MAX = 0xffff_ffffL;

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

  /**
   * Returns an id that no log has had. It is taken before it is used, with some for later: the
   * record of it is written first, and writes survive in order, so that no crash can hand it out
   * twice. Those that were not handed out when a process ends are never used.
   */
  synchronized long take() throws IOException {
    if (next >= ID_MAX) { // the record of its successor would not hold it
      throw new IOException("the storage in " + database.folder() + " has no log ids left");
    }
    if (next == end) {
      long taken = Math.min(next + TAKEN, ID_MAX);
      database.write(false, batch -> batch.put(RecordKeys.NEXT_LOG_ID, encode(taken)));
      end = taken;
    }
    return next++;
  }

  static byte[] encode(long id) {
    return ByteBuffer.allocate(BYTES).putInt((int) id).array();
  }

  private static long decode(byte @Nullable [] value, Database database) throws IOException {
    if (value == null) {
      return NONE;
    }
    if (value.length != BYTES) {
      throw new CorruptStorageException(
          "the storage in "
              + database.folder()
              + " is damaged: a log id of "
              + value.length
              + " bytes",
          null);
    }
    return ByteBuffer.wrap(value).getInt() & ID_MAX;
  }
}
