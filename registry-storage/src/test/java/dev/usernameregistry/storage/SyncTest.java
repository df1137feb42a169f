package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.StoredThings;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/**
 * How often RocksDB has the disk sync what was written. No killed process shows whether it did: the
 * system keeps what is written for it.
 */
class SyncTest {
  private static final Key LOG = StoredThings.key(1);

  @TempDir Path folder;

  @Test
  void eachDurableWriteIsSynced() throws IOException {
    try (Counting counting = new Counting(folder, Durability.SYNC)) {
      OpenStorage storage = counting.storage;
      LogStorage log = storage.openLog(LOG);

      assertThat(counting.syncsOf(() -> log.commit(commit()))).isOne();
      assertThat(counting.syncsOf(() -> table(storage).write(row(), true))).isOne();
      assertThat(counting.syncsOf(() -> storage.deleteLog(LOG))).isPositive();
    }
  }

  @Test
  void whatNeedNotBeDurableIsNot() throws IOException {
    try (Counting counting = new Counting(folder, Durability.SYNC)) {
      OpenStorage storage = counting.storage;
      LogStorage log = storage.openLog(LOG);
      log.commit(commit());

      assertThat(counting.syncsOf(() -> log.commit(StoredThings.cut(LOG, 1)))).isZero();
      assertThat(counting.syncsOf(() -> table(storage).write(row(), false))).isZero();
    }
  }

  @Test
  void withBufferedDurabilityNothingIs() throws IOException {
    try (Counting counting = new Counting(folder, Durability.BUFFERED)) {
      OpenStorage storage = counting.storage;
      LogStorage log = storage.openLog(LOG);

      assertThat(counting.syncsOf(() -> log.commit(commit()))).isZero();
      assertThat(counting.syncsOf(() -> table(storage).write(row(), true))).isZero();
    }
  }

  private static Commit commit() {
    return StoredThings.commit(LOG, new Random(1), 3);
  }

  private static Table table(OpenStorage storage) {
    return storage.openTable("table");
  }

  private static List<Table.Row> row() {
    return List.of(new Table.Row(new byte[] {1}, new byte[] {2}));
  }

  /** A storage that counts. */
  private static final class Counting implements AutoCloseable {
    private final Statistics statistics;
    private final OpenStorage storage;

    Counting(Path folder, Durability durability) throws IOException {
      NativeLibrary.load();
      statistics = new Statistics();
      DatabaseOptions options = new DatabaseOptions(durability);
      options.options().setStatistics(statistics);
      storage = OpenStorage.over(Database.open(folder, options, new Room(0)));
    }

    long syncsOf(Write write) throws IOException {
      long before = statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
      write.write();
      return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED) - before;
    }

    @Override
    public void close() throws IOException {
      storage.close();
      statistics.close();
    }
  }

  private interface Write {
    void write() throws IOException;
  }
}
