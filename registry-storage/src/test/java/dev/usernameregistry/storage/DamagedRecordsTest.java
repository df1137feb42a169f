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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

  @TempDir private Path folder;

  @BeforeEach
  void storeOneLog() throws IOException {
    try (Storage storage = open()) {
      storage.openLog(ALICE).commit(commit(ALICE)); // its id is 0
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
    put(RecordKeys.state(0), (byte) 1, (byte) 2);
    try (Storage storage = open()) {
      assertThatThrownBy(() -> storage.openLog(ALICE).readState())
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("its state cannot be read");
    }
  }

  @Test
  void aNodeOfAnotherSizeIsDamage() throws Exception {
    put(RecordKeys.node(0, 2), new byte[41]);
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(ALICE);
      assertThatThrownBy(() -> log.readNodes(new long[] {2}))
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("node 2 has 41 bytes");
      assertThatThrownBy(() -> log.readNodes(0, 5)).isInstanceOf(CorruptStorageException.class);
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

  /** Else one log would be stored into another. */
  @Test
  void idsAreUnsigned() throws Exception {
    put(RecordKeys.NEXT_LOG_ID, (byte) 0x80, (byte) 0, (byte) 0, (byte) 0);
    try (Storage storage = open()) {
      storage.openLog(BOB).commit(StoredThings.commit(BOB, new Random(2), 1));
    }

    assertThat(get(RecordKeys.logId(BOB))).containsExactly(0x80, 0, 0, 0);
    try (Storage storage = open()) {
      assertThat(storage.openLog(ALICE).storedBlocks(0)).hasSize(3);
      assertThat(storage.openLog(BOB).storedBlocks(0)).hasSize(1);
    }
  }

  @Test
  void whenAllIdsAreTakenNoLogIsStoredAnyMore() throws Exception {
    put(RecordKeys.NEXT_LOG_ID, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xfe);
    try (Storage storage = open()) {
      storage.openLog(BOB).commit(commit(BOB));
      Key carol = StoredThings.key(3);
      assertThatThrownBy(() -> storage.openLog(carol).commit(commit(carol)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no log ids left");
      storage.openLog(ALICE).commit(commit(ALICE));
      assertThat(storage.openLog(BOB).storedBlocks(0)).hasSize(3);
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
