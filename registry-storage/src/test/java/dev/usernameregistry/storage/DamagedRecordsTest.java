package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StoredThings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Records that RocksDB finds whole, and that are nevertheless none of ours. */
class DamagedRecordsTest {
  private static final Key ALICE = StoredThings.key(1);
  private static final Key BOB = StoredThings.key(2);

  private static final long ALICES = 1L << 31;

  /** An id as earlier versions gave it to logs that keep nodes apart from blocks. */
  private static final long BOBS = 1;

  @TempDir private Path folder;

  @BeforeEach
  void storeTwoLogs() throws Exception {
    try (Storage storage = open()) {
      storage.openLog(ALICE).commit(commit(ALICE));
    }
    put(RecordKeys.logId(BOB), LogIds.encode(BOBS));
    try (Storage storage = open()) {
      storage.openLog(BOB).commit(commit(BOB));
    }
  }

  private Storage open() throws IOException {
    return RocksStorage.at(folder).open();
  }

  private static Commit commit(Key key) {
    return StoredThings.commit(key, new Random(1), 3);
  }

  private void put(byte[] key, byte... value) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, folder.toString())) {
      db.put(key, value);
    }
  }

  private byte[] get(byte[] key) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, folder.toString())) {
      return db.get(key);
    }
  }

  @Test
  void aStateThatIsNoneIsDamage() throws Exception {
    put(RecordKeys.state(ALICES), (byte) 1, (byte) 2);
    try (Storage storage = open()) {
      assertThatThrownBy(() -> storage.openLog(ALICE).readState())
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("its state cannot be read");
    }
  }

  @Test
  void aNodeOfAnotherSizeIsDamage() throws Exception {
    put(RecordKeys.node(BOBS, 2), new byte[41]);
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(BOB);
      assertThatThrownBy(() -> log.readNodes(new long[] {2}))
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("node 2 has 41 bytes");
      assertThatThrownBy(() -> log.readRun(0, 3, 1000)).isInstanceOf(CorruptStorageException.class);
      assertThat(log.readNodes(new long[] {0})).containsExactly(StoredThings.node(0));
    }
  }

  /** Block 1 completes two nodes: its leaf, and the one over it and block 0. */
  @Test
  void aBlockWithAnotherCountOfNodesThanItCompletesIsDamage() throws Exception {
    byte[] record = get(RecordKeys.block(ALICES, 1));
    for (int count : new int[] {1, 3, 127, -1}) {
      byte[] damaged = record.clone();
      damaged[0] = (byte) count;
      assertBlockIsDamaged(damaged);
    }
    assertBlockIsDamaged(new byte[0]);
    assertBlockIsDamaged(Arrays.copyOf(record, 80)); // its head takes 81 bytes
  }

  private void assertBlockIsDamaged(byte[] record) throws Exception {
    put(RecordKeys.block(ALICES, 1), record);
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(ALICE);
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> log.readBlock(1),
              () -> log.readNodes(new long[] {2}),
              () -> log.readRun(0, 3, 1000))) {
        assertThatThrownBy(use)
            .isInstanceOf(CorruptStorageException.class)
            .hasMessageContaining("block 1 has not the nodes that it says");
      }
      assertThat(log.readNodes(new long[] {0})).containsExactly(StoredThings.node(0));
    }
  }

  @Test
  void aLogIdOfAnotherSizeIsDamage() throws Exception {
    put(RecordKeys.logId(ALICE), (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    try (Storage storage = open()) {
      assertThatThrownBy(() -> storage.openLog(ALICE))
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("a log id of 5 bytes");
    }
  }

  @Test
  void theHighestBitOfAnIdSaysWhetherNodesAreKeptWithBlocks() throws Exception {
    assertThat(get(RecordKeys.logId(ALICE))).containsExactly(0x80, 0, 0, 0);
    assertThat(get(RecordKeys.logId(BOB))).containsExactly(0, 0, 0, 1);
    assertThat(get(RecordKeys.block(ALICES, 1))).startsWith(2);
    assertThat(get(RecordKeys.node(ALICES, 2))).isNull();
    assertThat(get(RecordKeys.block(BOBS, 1))).isEqualTo(commit(BOB).blocks().get(1L));
    assertThat(get(RecordKeys.node(BOBS, 2))).hasSize(40);
  }

  @Test
  void whenAllIdsAreTakenNoLogIsStoredAnyMore() throws Exception {
    put(RecordKeys.NEXT_LOG_ID, (byte) 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff);
    Key carol = StoredThings.key(3);
    Key dave = StoredThings.key(4);
    try (Storage storage = open()) {
      storage.openLog(carol).commit(commit(carol));
      assertThatThrownBy(() -> storage.openLog(dave).commit(commit(dave)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no log ids left");
      storage.openLog(ALICE).commit(commit(ALICE));
    }
    assertThat(get(RecordKeys.logId(carol))).containsExactly(0xff, 0xff, 0xff, 0xff);
    try (Storage storage = open()) {
      assertThat(storage.openLog(carol).storedBlocks(0)).hasSize(3);
    }
  }

  /** A damaged end of a write-ahead log looks like the torn end that a crash leaves. */
  @Test
  void whatWasClosedIsInTablesAndNotInTheLogOfWrites() throws IOException {
    assertThat(sizes(".sst")).isNotEmpty().allMatch(bytes -> bytes > 0);
    assertThat(sizes(".log")).allMatch(bytes -> bytes == 0);
  }

  private List<Long> sizes(String ending) throws IOException {
    List<Long> sizes = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(ending)).toList()) {
        sizes.add(Files.size(file));
      }
    }
    return sizes;
  }
}
