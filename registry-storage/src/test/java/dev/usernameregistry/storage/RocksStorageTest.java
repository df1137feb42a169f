package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageContract;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StorageLockedException;
import dev.usernameregistry.log.StoredThings;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

final class RocksStorageTest extends StorageContract {
  private static final Key ALICE = StoredThings.key(1);

  @Override
  protected Storage open(Path folder) throws IOException {
    return RocksStorage.at(folder.resolve("alice")).open();
  }

  @Test
  void isShownWithTheFolderAsAnyProgramWouldFindItThoughItIsNotThere() {
    Path here = Path.of("").toAbsolutePath();

    assertThat(RocksStorage.at(Path.of(""))).hasToString("RocksStorage[" + here + ", SYNC]");
    assertThat(RocksStorage.at(Path.of("no", "..", "none")).durability(Durability.BUFFERED))
        .hasToString("RocksStorage[" + here.resolve("none") + ", BUFFERED]");
    assertThat(here.resolve("none")).doesNotExist();
  }

  @Test
  void everythingIsThereAfterReopening() throws IOException {
    for (int number = 0; number < 100; number++) {
      NumberedWrites.write(storage(), number);
    }
    Map<String, String> before = Contents.of(storage(), NumberedWrites.TABLE);
    storage().close();

    try (Storage reopened = open(folder())) {
      assertThat(Contents.of(reopened, NumberedWrites.TABLE)).isEqualTo(before);
    }
  }

  @Test
  void aBlockThatAPeerSentIsReadFromMemoryOnceAndOneThatWasWrittenHereNever() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    byte[] sent = {1};
    byte[] written = {2};
    LogState state = StoredThings.state(ALICE, 0);
    log.commit(new Commit(state, Long.MAX_VALUE, List.of(), Map.of(7L, sent), false));
    log.commit(new Commit(state, Long.MAX_VALUE, List.of(), Map.of(8L, written), true));

    assertThat(log.readBlock(7)).isSameAs(sent);
    assertThat(log.readBlock(7)).isEqualTo(sent).isNotSameAs(sent);
    assertThat(log.readBlock(8)).isEqualTo(written).isNotSameAs(written);
  }

  @Test
  void aSecondOpenInThisProcessFailsAtOnceAndLeavesTheFirstAlone() throws IOException {
    assertThatThrownBy(() -> open(folder()))
        .isInstanceOf(StorageLockedException.class)
        .hasMessageContaining(folder().resolve("alice").toString())
        .hasMessageContaining("already open in this process");

    storage().openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 3));
    assertThat(storage().logKeys()).containsExactly(ALICE);
  }

  @Test
  void aSecondOpenThroughALinkFailsTooAndLeavesTheFirstAlone() throws IOException {
    Path link = Files.createSymbolicLink(folder().resolve("link"), folder().resolve("alice"));
    Path above = Files.createSymbolicLink(folder().resolve("above"), folder());

    for (Path again : List.of(link, above.resolve("alice"))) {
      assertThatThrownBy(() -> RocksStorage.at(again).open())
          .isInstanceOf(StorageLockedException.class)
          .hasMessageContaining(again.toString());
    }

    storage().openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 3));
    storage().close();
    try (Storage reopened = RocksStorage.at(link).open()) {
      assertThat(reopened.logKeys()).containsExactly(ALICE);
    }
  }

  /** The key would be in another folder, which is not for this user alone, and not found again. */
  @Test
  void aFolderThatRocksCannotBeToldIsRefusedAndNotMade() throws IOException {
    assumeTrue(isName("\ud83e\udd8a"), "in this locale Java has no such files");
    Path fox = folder().resolve("fox \ud83e\udd8a");
    assertThatThrownBy(() -> RocksStorage.at(fox.resolve("store")).open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(fox.toString());
    assertThat(fox).doesNotExist();

    Path link = Files.createSymbolicLink(folder().resolve("plain"), Files.createDirectory(fox));
    assertThatThrownBy(() -> RocksStorage.at(link).open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(fox.toString());
    assertThat(fox).isEmptyDirectory();
  }

  private static boolean isName(String name) {
    try {
      return Path.of(name).toString().equals(name);
    } catch (InvalidPathException notOfThisLocale) {
      return false;
    }
  }

  @Test
  void aFolderOfAnotherFileSystemIsRefused() throws IOException {
    URI zip = URI.create("jar:" + folder().resolve("store.zip").toUri());
    try (FileSystem other = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThatThrownBy(() -> RocksStorage.at(other.getPath("/alice")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("/alice");
    }
  }

  @Test
  void aSecondOpenFailsForThatReasonAlsoWhileTheFirstIsWriting() throws Exception {
    Table table = storage().openTable("busy");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService writer = Executors.newSingleThreadExecutor();
    Future<?> writing =
        writer.submit(
            () -> {
              byte[] value = new byte[5_000];
              for (int n = 0; !done.get(); n++) {
                byte[] key = ByteBuffer.allocate(4).putInt(n % 1_000).array();
                table.write(List.of(new Table.Row(key, value)), false);
              }
              return null;
            });
    try {
      for (int n = 0; n < 200; n++) {
        assertThatThrownBy(() -> open(folder())).isInstanceOf(StorageLockedException.class);
      }
    } finally {
      done.set(true);
      writer.shutdown();
    }
    writing.get();
  }

  @Test
  void anOpenInAnotherProcessFailsAtOnce() throws Exception {
    List<String> printed =
        ChildProcess.output(
            OpeningChild.class, List.of(folder().resolve("alice").toString()), folder());

    assertThat(printed)
        .singleElement()
        .asString()
        .startsWith(StorageLockedException.class.getName())
        .contains(folder().resolve("alice").toString(), "is open in another process");
  }

  @Test
  void aNativeLibraryThatCannotBeUnpackedSaysSo() throws Exception {
    Path missing = folder().resolve("missing");
    List<String> printed =
        ChildProcess.output(
            OpeningChild.class, List.of(folder().resolve("bob").toString()), missing);

    assertThat(printed)
        .singleElement()
        .asString()
        .startsWith(IOException.class.getName())
        .contains("native library cannot be loaded", "ROCKSDB_SHAREDLIB_DIR");
    assertThat(folder().resolve("bob")).doesNotExist();
  }

  @Test
  void aLargeDeletedLogGivesItsSpaceBack() throws IOException {
    Random random = new Random(1);
    LogStorage log = storage().openLog(ALICE);
    for (long block = 0; block < 24; block++) {
      Map<Long, byte[]> blocks = Map.of(block, StoredThings.bytes(random, 1 << 20));
      LogState state = StoredThings.state(ALICE, 0);
      log.commit(new Commit(state, Long.MAX_VALUE, List.of(), blocks, false));
    }
    assertThat(bytesOnDisk()).isGreaterThan(24 << 20);
    long room = storage().openLog(BOB).roomBytes();

    storage().deleteLog(ALICE);
    assertThat(storage().openLog(BOB).roomBytes() - room).isGreaterThan(20L << 20);
    storage().close(); // by then the replaced files are removed too
    assertThat(bytesOnDisk()).isLessThan(1 << 20);
  }

  @Test
  void manySmallDeletedLogsGiveTheirSpaceBack() throws IOException {
    Random random = new Random(1);
    List<Key> keys = LongStream.range(10, 50).mapToObj(StoredThings::key).toList();
    for (Key key : keys) {
      Map<Long, byte[]> blocks =
          LongStream.range(0, 200)
              .boxed()
              .collect(Collectors.toMap(n -> n, n -> StoredThings.bytes(random, 5_000)));
      LogState state = StoredThings.state(key, 0);
      storage().openLog(key).commit(new Commit(state, 200, List.of(), blocks, false));
    }
    long room = storage().openLog(BOB).roomBytes();

    for (Key key : keys) {
      storage().deleteLog(key);
    }
    assertThat(storage().openLog(BOB).roomBytes() - room).isGreaterThan(16L << 20);
  }

  @Test
  void whatWasWrittenBeforeTakesRoomAfterReopening() throws IOException {
    byte[] value = StoredThings.bytes(new Random(1), 1 << 20);
    storage().openTable("facts").write(List.of(new Table.Row(new byte[1], value)), false);
    storage().close();
    RocksStorage options = RocksStorage.at(folder().resolve("alice")).bytesMax(10L << 20);

    try (Storage reopened = options.durability(Durability.BUFFERED).open()) {
      assertThat(reopened.openLog(BOB).roomBytes()).isBetween(5L << 20, 9L << 20);
    }
    try (Storage reopened = options.bytesMax(1 << 20).open()) {
      assertThat(reopened.openLog(BOB).roomBytes()).isZero();
    }
    assertThatThrownBy(() -> options.bytesMax(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Else whoever makes a manifest as large as it may be has us write it with each block. */
  @Test
  void aLargeManifestIsWrittenOnceAndIsThereAfterReopening() throws IOException {
    byte[] manifest = StoredThings.bytes(new Random(1), 1 << 20);
    LogState state = StoredThings.state(ALICE, 0).withManifest(manifest);
    LogStorage log = storage().openLog(ALICE);
    for (long block = 0; block < 100; block++) {
      Map<Long, byte[]> blocks = Map.of(block, new byte[1]);
      log.commit(new Commit(state, Long.MAX_VALUE, List.of(), blocks, false));
    }
    assertThat(bytesOnDisk()).isLessThan(2 << 20);
    storage().close();

    try (Storage reopened = open(folder())) {
      assertThat(reopened.openLog(ALICE).readState().orElseThrow().manifest()).isEqualTo(manifest);
      reopened.deleteLog(ALICE);
      reopened.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 1));
      assertThat(reopened.openLog(ALICE).readState().orElseThrow().manifest()).hasSize(1);
    }
  }

  @Test
  void aDatabaseOfAnotherProgramIsRefused() throws Exception {
    Path other = Files.createDirectory(folder().resolve("other"));
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, other.toString())) {
      db.put(new byte[] {50}, new byte[] {1});
    }

    assertThatThrownBy(() -> RocksStorage.at(other).open())
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining("another program");
  }

  @Test
  void aFolderWithOtherFilesAndAFileAreRefusedAndNotTouched() throws IOException {
    Path file = Files.writeString(folder().resolve("letter.txt"), "Dear Ada");
    assertThatThrownBy(() -> RocksStorage.at(folder()).open())
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining("holds other files");
    assertThatThrownBy(() -> RocksStorage.at(file).open())
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining("is a file");
    Path below = file.resolve("below");
    assertThatThrownBy(() -> RocksStorage.at(below).open())
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining(file + " is a file");

    assertThat(names(folder())).containsExactlyInAnyOrder("alice", "letter.txt");
  }

  @Test
  void whatAnInterruptedFirstOpenLeavesBehindIsNoObstacle() throws IOException {
    Path half = Files.createDirectory(folder().resolve("half"));
    Files.createFile(half.resolve("LOCK"));
    Files.createFile(half.resolve("IDENTITY"));
    Files.write(half.resolve("MANIFEST-000001"), new byte[] {1, 2, 3});

    try (Storage opened = RocksStorage.at(half).open()) {
      assertThat(opened.logKeys()).isEmpty();
    }
  }

  @Test
  void rocksdbLeavesNoLogFilesOfItsOwnInTheFolder() throws IOException {
    assertThat(names(folder().resolve("alice"))).noneMatch(name -> name.startsWith("LOG"));
  }

  @Test
  void closingWaitsForCallsUnderWayAndRefusesLaterOnes() throws Exception {
    for (int round = 0; round < 10; round++) {
      Storage opened = RocksStorage.at(folder().resolve("busy")).open();
      opened.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 30));
      ExecutorService threads = Executors.newFixedThreadPool(4);
      CountDownLatch busy = new CountDownLatch(4);
      List<Future<?>> ends =
          Stream.generate(() -> threads.submit(() -> useUntilClosed(opened, busy)))
              .limit(4)
              .<Future<?>>map(end -> end)
              .toList();
      busy.await();
      opened.close();
      for (Future<?> end : ends) {
        end.get();
      }
      threads.shutdown();
    }
  }

  @Test
  void closingFromWithinAScanIsRefused() throws IOException {
    storage().openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 1));
    NumberedWrites.write(storage(), 3);

    assertThatThrownBy(
            () ->
                storage()
                    .openTable(NumberedWrites.TABLE)
                    .scan(
                        new byte[0],
                        null,
                        (key, value) -> {
                          storage().close();
                          return true;
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("within a scan");
    assertThat(storage().logKeys()).containsExactly(ALICE);
  }

  private static void useUntilClosed(Storage storage, CountDownLatch busy) {
    Random random = new Random(4);
    try {
      for (long round = 0; ; round++) {
        assertThat(storage.openLog(ALICE).storedBlocks(0)).hasSize(30);
        storage.openTable("busy").write(List.of(), true);
        NumberedWrites.write(storage, 4 * random.nextInt(100) + 3);
        storage.openTable(NumberedWrites.TABLE).scan(new byte[0], null, (key, value) -> true);
        if (round == 3) {
          busy.countDown();
        }
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("closed");
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      busy.countDown(); // also if it failed, so that nobody waits for ever
    }
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.list(folder().resolve("alice"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
