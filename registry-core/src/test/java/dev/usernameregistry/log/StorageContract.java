package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Table.Row;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Storage} must do. A storage's test extends this and supplies {@link #open}. */
public abstract class StorageContract {
  private static final Key ALICE = StoredThings.key(1);
  private static final Key BOB = StoredThings.key(2);

  @TempDir private Path folder;
  private Storage storage;

  /** Makes the test. */
  protected StorageContract() {}

  /** Opens an empty storage; may use {@code folder}, which is empty. */
  protected abstract Storage open(Path folder) throws IOException;

  /** Returns the storage that the running test uses. */
  protected final Storage storage() {
    return storage;
  }

  /** Returns the folder that {@link #storage} may use. */
  protected final Path folder() {
    return folder;
  }

  @BeforeEach
  final void openStorage() throws IOException {
    storage = open(folder);
  }

  @AfterEach
  final void closeStorage() throws IOException {
    storage.close();
  }

  @Test
  void aLogNeverCommittedToIsEmptyAndLeavesNothingBehind() throws IOException {
    LogStorage log = storage.openLog(ALICE);

    assertThat(log.readState()).isEmpty();
    assertThat(log.readBlock(0)).isNull();
    assertThat(log.readNodes(new long[] {0, 1})).containsExactly(null, null);
    assertThat(log.storedBlocks(0)).isEmpty();
    assertThat(storage.logKeys()).isEmpty();
  }

  @Test
  void aCommitIsReadBack() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    Commit commit = StoredThings.commit(ALICE, new Random(1), 3);
    log.commit(commit);

    assertThat(log.readState()).isPresent();
    assertThat(log.readState().orElseThrow().encode()).isEqualTo(commit.state().encode());
    assertThat(log.readNodes(new long[] {4, 0, 1, 2}))
        .containsExactly(
            StoredThings.node(4), StoredThings.node(0), StoredThings.node(1), StoredThings.node(2));
    assertThat(log.readBlock(2)).isEqualTo(commit.blocks().get(2L));
    assertThat(storage.openLog(ALICE).readBlock(2)).isEqualTo(commit.blocks().get(2L));
  }

  @Test
  void aManifestOfAnySizeIsReadBackWhateverWasThereBefore() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    Random random = new Random(1);
    for (int bytes : List.of(70, 1 << 20, 1 << 20, 70, 0, 5_000, 0, 1_024, 1_025)) {
      byte[] manifest = StoredThings.bytes(random, bytes);
      LogState state = StoredThings.state(ALICE, 0).withManifest(manifest);
      for (int times = 0; times < 2; times++) {
        log.commit(new Commit(state, Long.MAX_VALUE, List.of(), Map.of(), false));

        assertThat(log.readState().orElseThrow().manifest()).isEqualTo(manifest);
      }
    }
    assertThat(log.readNodes(0, 1)).isEmpty();
    assertThat(log.storedBlocks(0)).isEmpty();
  }

  @Test
  void nodesComeInTheOrderAskedWithNullForThoseNotStored() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    log.commit(StoredThings.commit(ALICE, new Random(1), 2));

    assertThat(log.readNodes(new long[] {2, 100, 0, 2}))
        .containsExactly(StoredThings.node(2), null, StoredThings.node(0), StoredThings.node(2));
  }

  @Test
  void emptyBlocksAndTheHighestNumbersAreStored() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    long last = (1L << 52) - 1;
    log.commit(
        new Commit(
            StoredThings.state(ALICE, 0),
            Long.MAX_VALUE,
            List.of(StoredThings.node(2 * last)),
            Map.of(last, new byte[0], 255L, new byte[] {1}, 256L, new byte[100_000]),
            true));

    assertThat(log.storedBlocks(0)).containsExactly(255, 256, last);
    assertThat(log.readBlock(last)).isEmpty();
    assertThat(log.readBlock(256)).hasSize(100_000);
    assertThat(log.readNodes(new long[] {2 * last})).containsExactly(StoredThings.node(2 * last));
  }

  @Test
  void storedBlocksAreAscendingFromTheFirstAskedFor() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    Map<Long, byte[]> blocks =
        Map.of(700L, new byte[1], 3L, new byte[1], 65_536L, new byte[1], 4L, new byte[1]);
    log.commit(new Commit(StoredThings.state(ALICE, 0), Long.MAX_VALUE, List.of(), blocks, false));

    assertThat(log.storedBlocks(0)).containsExactly(3, 4, 700, 65_536);
    assertThat(log.storedBlocks(4)).containsExactly(4, 700, 65_536);
    assertThat(log.storedBlocks(65_537)).isEmpty();
  }

  @Test
  void blocksAreReadTogetherUpToAGapTheEndOrTheBytesThatAreEnough() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    Map<Long, byte[]> blocks =
        Map.of(3L, new byte[10], 4L, new byte[0], 5L, new byte[20], 7L, new byte[1]);
    log.commit(new Commit(StoredThings.state(ALICE, 0), Long.MAX_VALUE, List.of(), blocks, false));

    assertThat(log.readBlocks(3, 100, 1000))
        .extracting(value -> value.length)
        .containsExactly(10, 0, 20);
    assertThat(log.readBlocks(3, 5, 1000)).extracting(value -> value.length).containsExactly(10, 0);
    assertThat(log.readBlocks(3, 100, 10)).extracting(value -> value.length).containsExactly(10);
    assertThat(log.readBlocks(2, 100, 1000)).isEmpty();
    assertThat(storage.openLog(BOB).readBlocks(0, 100, 1000)).isEmpty();
  }

  @Test
  void nodesThatLieSideBySideAreReadTogether() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    List<TreeNode> nodes =
        List.of(StoredThings.node(2), StoredThings.node(5), StoredThings.node(300));
    log.commit(new Commit(StoredThings.state(ALICE, 0), Long.MAX_VALUE, nodes, Map.of(), false));

    assertThat(log.readNodes(2, 300)).containsExactly(nodes.get(0), nodes.get(1));
    assertThat(log.readNodes(3, 301)).containsExactly(nodes.get(1), nodes.get(2));
    assertThat(storage.openLog(BOB).readNodes(0, 300)).isEmpty();
  }

  @Test
  void logsDoNotSeeEachOther() throws IOException {
    storage.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 4));
    storage.openLog(BOB).commit(StoredThings.commit(BOB, new Random(2), 2));

    assertThat(storage.openLog(BOB).storedBlocks(0)).containsExactly(0, 1);
    storage.openLog(ALICE).commit(StoredThings.cut(ALICE, 0));
    assertThat(storage.openLog(ALICE).storedBlocks(0)).isEmpty();
    assertThat(storage.openLog(BOB).storedBlocks(0)).containsExactly(0, 1);
    assertThat(storage.openLog(BOB).readNodes(new long[] {0, 1, 2})).doesNotContainNull();
  }

  @Test
  void cuttingRemovesBlocksAndEveryNodeThatReachesPastTheCut() throws IOException {
    for (long keep = 0; keep <= 17; keep++) {
      Key key = StoredThings.key(100 + keep);
      LogStorage log = storage.openLog(key);
      log.commit(StoredThings.commit(key, new Random(keep), 17));
      log.commit(StoredThings.cut(key, keep));

      assertThat(log.storedBlocks(0)).hasSize((int) keep);
      for (long index = 0; index < 64; index++) {
        boolean stays = StoredThings.lastBlock(index) < keep;
        TreeNode found = log.readNodes(new long[] {index}).get(0);
        assertThat(found)
            .as("node %d after a cut to %d", index, keep)
            .isEqualTo(stays ? StoredThings.node(index) : null);
      }
    }
  }

  /** What a store keeps of removed ranges must not hide what is put into them later. */
  @Test
  void logsThatAreCutAndFilledAgainHaveAllBlocksAndNodesEachTime() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      Key key = StoredThings.key(200 + random.nextInt(3));
      LogStorage log = storage.openLog(key);
      int length = 1 + random.nextInt(40);
      log.commit(StoredThings.cut(key, random.nextInt(20)));
      log.commit(StoredThings.cut(key, 0));
      Commit commit = StoredThings.commit(key, random, length);
      log.commit(commit);

      assertThat(log.storedBlocks(0)).hasSize(length);
      assertThat(log.readBlocks(0, length, Long.MAX_VALUE))
          .containsExactlyElementsOf(new TreeMap<>(commit.blocks()).values());
      assertThat(log.readNodes(0, 2L * length)).containsExactlyElementsOf(commit.nodes());
    }
  }

  @Test
  void aCommitCutsFirstAndStoresThen() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    log.commit(StoredThings.commit(ALICE, new Random(1), 8));
    log.commit(
        new Commit(
            StoredThings.state(ALICE, 1),
            2,
            List.of(StoredThings.node(4), StoredThings.node(3)),
            Map.of(2L, new byte[] {9}),
            true));

    assertThat(log.storedBlocks(0)).containsExactly(0, 1, 2);
    assertThat(log.readBlock(2)).containsExactly(9);
    assertThat(log.readNodes(new long[] {4, 3, 6, 7}))
        .containsExactly(StoredThings.node(4), StoredThings.node(3), null, null);
    assertThat(log.readState().orElseThrow().fork()).isEqualTo(1);
  }

  @Test
  void aCommitForAnotherLogIsRefusedAndChangesNothing() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    assertThatThrownBy(() -> log.commit(StoredThings.commit(BOB, new Random(1), 2)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(storage.logKeys()).isEmpty();
    assertThat(log.readState()).isEmpty();
  }

  @Test
  void logKeysAreThoseCommittedToInAscendingOrder() throws IOException {
    for (int number : new int[] {9, 200, 3, 77}) {
      Key key = StoredThings.key(number);
      storage.openLog(key).commit(StoredThings.commit(key, new Random(1), 1));
    }
    storage.openLog(StoredThings.key(5));

    assertThat(storage.logKeys())
        .hasSize(4)
        .isSorted()
        .contains(StoredThings.key(9), StoredThings.key(200));
  }

  @Test
  void aDeletedLogIsGoneAndCanBeginAnew() throws IOException {
    LogStorage old = storage.openLog(ALICE);
    old.commit(StoredThings.commit(ALICE, new Random(1), 5));
    storage.openLog(BOB).commit(StoredThings.commit(BOB, new Random(1), 5));
    storage.deleteLog(ALICE);
    storage.deleteLog(StoredThings.key(99));

    assertThat(storage.logKeys()).containsExactly(BOB);
    assertThatThrownBy(() -> old.readBlock(0)).isInstanceOf(IllegalStateException.class);
    LogStorage fresh = storage.openLog(ALICE);
    assertThat(fresh.storedBlocks(0)).isEmpty();
    fresh.commit(StoredThings.commit(ALICE, new Random(2), 1));
    assertThat(fresh.storedBlocks(0)).containsExactly(0);
    assertThat(fresh.readNodes(new long[] {1})).containsExactly((TreeNode) null);
    assertThat(storage.openLog(BOB).storedBlocks(0)).hasSize(5);
  }

  @Test
  void aTableReturnsWhatWasWrittenLastAndScansInUnsignedOrder() throws IOException {
    Table table = storage.openTable("facts");
    table.write(
        List.of(
            row("b", "1"),
            new Row(new byte[] {(byte) 0xff}, new byte[] {7}),
            row("a", "2"),
            row("ab", ""),
            row("b", "3"),
            row("gone", "4"),
            new Row(bytes("gone"), null)),
        true);

    assertThat(table.get(bytes("b"))).isEqualTo(bytes("3"));
    assertThat(table.get(bytes("ab"))).isEmpty();
    assertThat(table.get(bytes("gone"))).isNull();
    assertThat(keys(table, new byte[0], null)).containsExactly("a", "ab", "b", "\u00ff");
    assertThat(keys(table, bytes("ab"), bytes("b"))).containsExactly("ab");
    assertThat(keys(table, bytes("b"), bytes("a"))).isEmpty();
    assertThat(keys(table, bytes("c"), null)).containsExactly("\u00ff");
  }

  @Test
  void tablesDoNotSeeEachOtherEvenIfOneNameBeginsTheOther() throws IOException {
    storage.openTable("names").write(List.of(row("a", "1")), false);
    storage.openTable("name").write(List.of(row("sa", "2")), false);
    storage.openTable("name-2").write(List.of(row("a", "3")), false);

    assertThat(keys(storage.openTable("name"), new byte[0], null)).containsExactly("sa");
    assertThat(storage.openTable("names").get(bytes("a"))).isEqualTo(bytes("1"));
    assertThat(storage.openTable("Name").get(bytes("sa"))).isNull();
  }

  @Test
  void aScanStopsWhenToldAndShowsTheRowsAsTheyWereWhenItBegan() throws IOException {
    Table table = storage.openTable("facts");
    table.write(List.of(row("a", "1"), row("b", "1"), row("c", "1")), false);
    List<String> seen = new ArrayList<>();
    table.scan(
        new byte[0],
        null,
        (key, value) -> {
          seen.add(text(key) + text(value));
          table.write(List.of(row("b", "2"), row("d", "2"), new Row(bytes("c"), null)), true);
          return seen.size() < 3;
        });

    assertThat(seen).containsExactly("a1", "b1", "c1");
    assertThat(keys(table, new byte[0], null)).containsExactly("a", "b", "d");
  }

  @Test
  void aScanShowsKeysAndValuesOfAnyLengthInArraysOfTheirOwn() throws IOException {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int length : new int[] {0, 1, 2, 490, 500, 510, 511, 512, 513, 1024, 70_000, 3}) {
      byte[] key = StoredThings.bytes(random, Math.min(length, 2_000));
      rows.add(new Row(key, StoredThings.bytes(random, length)));
    }
    Table table = storage.openTable("lengths");
    table.write(rows, false);

    List<Row> seen = new ArrayList<>();
    table.scan(new byte[0], null, (key, value) -> seen.add(new Row(key, value)));

    rows.sort((one, other) -> Arrays.compareUnsigned(one.key(), other.key()));
    assertThat(seen).usingRecursiveFieldByFieldElementComparator().containsExactlyElementsOf(rows);
  }

  @Test
  void tableNamesAreChecked() {
    for (String name : List.of("", "a/b", "ä", "a".repeat(65), "a b")) {
      assertThatThrownBy(() -> storage.openTable(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 64 ASCII letters, digits or hyphens");
    }
  }

  @Test
  void tablesAgreeWithASortedMapOverManyRandomWrites() throws IOException {
    Random random = new Random(7);
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    Table table = storage.openTable("random");
    for (int round = 0; round < 300; round++) {
      List<Row> rows = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] key = StoredThings.bytes(random, random.nextInt(3));
        byte @Nullable [] value = random.nextInt(3) == 0 ? null : StoredThings.bytes(random, 5);
        rows.add(new Row(key, value));
        if (value == null) {
          model.remove(key);
        } else {
          model.put(key, value);
        }
      }
      table.write(rows, false);
    }

    TreeMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
    table.scan(new byte[0], null, (key, value) -> found.put(key, value) == null);
    assertThat(found.keySet())
        .usingElementComparator(Arrays::compareUnsigned)
        .isEqualTo(model.keySet());
    model.forEach((key, value) -> assertThat(found.get(key)).isEqualTo(value));
  }

  @Test
  void everythingRefusesToWorkOnceClosedAndClosingAgainIsHarmless() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    log.commit(StoredThings.commit(ALICE, new Random(1), 1));
    Table table = storage.openTable("facts");
    storage.close();
    storage.close();

    assertRefused(() -> log.readBlock(0));
    assertRefused(() -> log.readState());
    assertRefused(() -> log.readNodes(new long[] {0}));
    assertRefused(() -> log.storedBlocks(0));
    assertRefused(() -> log.commit(StoredThings.commit(ALICE, new Random(1), 1)));
    assertRefused(() -> table.get(bytes("a")));
    assertRefused(() -> table.scan(new byte[0], null, (key, value) -> true));
    assertRefused(() -> table.write(List.of(row("a", "1")), true));
    assertRefused(() -> storage.openLog(ALICE));
    assertRefused(() -> storage.openTable("facts"));
    assertRefused(() -> storage.logKeys());
    assertRefused(() -> storage.deleteLog(ALICE));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private static List<String> keys(Table table, byte[] from, byte @Nullable [] to)
      throws IOException {
    List<String> keys = new ArrayList<>();
    table.scan(from, to, (key, value) -> keys.add(text(key)));
    return keys;
  }

  private static Row row(String key, String value) {
    return new Row(bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
