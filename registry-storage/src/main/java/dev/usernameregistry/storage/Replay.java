package dev.usernameregistry.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.rocksdb.AbstractWalFilter;
import org.rocksdb.RocksDBException;
import org.rocksdb.WalProcessingOption;
import org.rocksdb.WriteBatch;

/**
 * Ends the replay of the write-ahead logs before the first write that others are missing in front
 * of. A power failure may take any part of what was not synced, also such parts that RocksDB does
 * not notice: the end of one log while the next has more, or pages in the middle. Used while a
 * database is opened, by one thread.
 *
 * <p>RocksDB numbers its records one after another, and a write begins with:
 *
 * <pre>
 * offset  size  field
 *      0     8  sequence number of its first record, little-endian
 *      8     4  how many records it has, little-endian; a record that removes a range is one
 *     12        records
 * </pre>
 *
 * <p>A write without records is one of RocksDB's own. It stands at the start of a log when the log
 * before it was found torn, and the number behind it may be any greater one, as tables may have
 * recorded numbers that were lost: a gap just there is not seen. A number that was there before is
 * not missing: a write that failed may be in a log, and its number given to the next.
 */
final class Replay extends AbstractWalFilter {
  private static final long ANY = -1;

  private static final LogRecordFoundResult STOP =
      new LogRecordFoundResult(WalProcessingOption.STOP_REPLAY, false);

  private long expected = ANY;

  @Override
  public LogRecordFoundResult logRecordFound(
      long logNumber, String logFileName, WriteBatch write, WriteBatch changed) {
    try {
      return follows(write) ? LogRecordFoundResult.CONTINUE_UNCHANGED : STOP;
    } catch (RocksDBException | RuntimeException | Error unseen) {
      // no room for the write, maybe; RocksDB would end the replay if this were thrown
      expected = ANY;
      return LogRecordFoundResult.CONTINUE_UNCHANGED;
    }
  }

  private boolean follows(WriteBatch write) throws RocksDBException {
    ByteBuffer head = ByteBuffer.wrap(write.data()).order(ByteOrder.LITTLE_ENDIAN);
    long sequence = head.getLong();
    int count = head.getInt();
    boolean follows = expected == ANY || sequence <= expected;
    expected = count == 0 ? ANY : sequence + count;
    return follows;
  }

  @Override
  public void columnFamilyLogNumberMap(Map<Integer, Long> logNumbers, Map<String, Integer> ids) {
    // there is only one column family
  }

  @Override
  public String name() {
    return "replay without gaps";
  }
}
