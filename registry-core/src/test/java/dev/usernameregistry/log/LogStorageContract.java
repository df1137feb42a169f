package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link LogStorage} must do. Part of {@link StorageContract}. */
interface LogStorageContract {
  Key ALICE = StoredThings.key(1);
  Key BOB = StoredThings.key(2);

  /** Returns the storage that the running test uses. */
  Storage storage();

  @Test
  default void aLogNeverCommittedToIsEmptyAndLeavesNothingBehind() throws IOException {
    LogStorage log = storage().openLog(ALICE);

    assertThat(log.readState()).isEmpty();
    assertThat(log.readBlock(0)).isNull();
    assertThat(log.readNodes(new long[] {0, 1})).containsExactly(null, null);
    assertThat(log.storedBlocks(0)).isEmpty();
    assertThat(storage().logKeys()).isEmpty();
  }

  @Test
  default void aCommitIsReadBack() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    Commit commit = StoredThings.commit(ALICE, new Random(1), 3);
    log.commit(commit);

    assertThat(log.readState()).isPresent();
    assertThat(log.readState().orElseThrow().encode()).isEqualTo(commit.state().encode());
    assertThat(log.readNodes(new long[] {4, 0, 1, 2}))
        .containsExactly(
            StoredThings.node(4), StoredThings.node(0), StoredThings.node(1), StoredThings.node(2));
    assertThat(log.readBlock(2)).isEqualTo(commit.blocks().get(2L));
    assertThat(storage().openLog(ALICE).readBlock(2)).isEqualTo(commit.blocks().get(2L));
  }

  @Test
  default void aManifestOfAnySizeIsReadBackWhateverWasThereBefore() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    Random random = new Random(1);
    for (int bytes : List.of(70, 1 << 20, 1 << 20, 70, 0, 5_000, 0, 1_024, 1_025)) {
      byte[] manifest = StoredThings.bytes(random, bytes);
      LogState state = StoredThings.state(ALICE, 0).withManifest(manifest);
      for (int times = 0; times < 2; times++) {
        log.commit(new Commit(state, Long.MAX_VALUE, List.of(), Map.of(), false));

        assertThat(log.readState().orElseThrow().manifest()).isEqualTo(manifest);
      }
    }
    assertThat(log.readNodes(new long[] {0})).containsExactly((TreeNode) null);
    assertThat(log.storedBlocks(0)).isEmpty();
  }

  @Test
  default void nodesComeInTheOrderAskedWithNullForThoseNotStored() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    log.commit(StoredThings.commit(ALICE, new Random(1), 2));

    assertThat(log.readNodes(new long[] {2, 100, 0, 2}))
        .containsExactly(StoredThings.node(2), null, StoredThings.node(0), StoredThings.node(2));
  }

  @Test
  default void emptyBlocksAndTheHighestNumbersAreStored() throws IOException {
    LogStorage log = storage().openLog(ALICE);
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
  default void storedBlocksAreAscendingFromTheFirstAskedFor() throws IOException {
    Map<Long, byte[]> blocks =
        Map.of(700L, new byte[1], 3L, new byte[1], 65_536L, new byte[1], 4L, new byte[1]);
    LogStorage log = storage().openLog(ALICE);
    LogState state = StoredThings.state(ALICE, 0);
    log.commit(new Commit(state, Long.MAX_VALUE, List.of(), new TreeMap<>(blocks), false));

    assertThat(log.storedBlocks(0)).containsExactly(3, 4, 700, 65_536);
    assertThat(log.storedBlocks(4)).containsExactly(4, 700, 65_536);
    assertThat(log.storedBlocks(65_537)).isEmpty();
  }

  @Test
  default void blocksAreReadTogetherUpToAGapTheEndOrTheBytesThatAreEnough() throws IOException {
    Map<Long, byte[]> blocks =
        Map.of(3L, new byte[10], 4L, new byte[0], 5L, new byte[20], 7L, new byte[1]);
    LogStorage log = storage().openLog(ALICE);
    LogState state = StoredThings.state(ALICE, 0);
    List<TreeNode> nodes = List.of(StoredThings.node(6), StoredThings.node(8));
    log.commit(new Commit(state, Long.MAX_VALUE, nodes, new TreeMap<>(blocks), true));

    assertThat(lengthsOfRun(log, 3, 100, 1000)).containsExactly(10, 0, 20);
    assertThat(lengthsOfRun(log, 3, 5, 1000)).containsExactly(10, 0);
    assertThat(lengthsOfRun(log, 3, 100, 10)).containsExactly(10);
    assertThat(lengthsOfRun(log, 3, 100, 11)).containsExactly(10, 0, 20);
    assertThat(lengthsOfRun(log, 2, 100, 1000)).isEmpty();
    assertThat(lengthsOfRun(storage().openLog(BOB), 0, 100, 1000)).isEmpty();
  }

  private static List<Integer> lengthsOfRun(LogStorage log, long from, long to, long bytesMax)
      throws IOException {
    return log.readRun(from, to, bytesMax).blocks().stream().map(value -> value.length).toList();
  }

  /** Whether blocks and nodes come together or apart, from a writer or from peers, or by both. */
  @Test
  default void withARunOfBlocksComeAllNodesOverThem() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 100; round++) {
      Key key = StoredThings.key(1000 + round);
      LogStorage log = storage().openLog(key);
      Commit whole = StoredThings.commit(key, random, 1 + random.nextInt(40));
      Map<Long, TreeNode> nodes = new TreeMap<>();
      Map<Long, byte[]> blocks = new TreeMap<>();
      for (Commit part : StoredThings.parts(whole, random)) {
        log.commit(part);
        part.nodes().forEach(node -> nodes.put(node.index(), node));
        blocks.putAll(part.blocks());
      }

      for (long block : whole.blocks().keySet()) {
        assertThat(log.readBlock(block)).isEqualTo(blocks.get(block));
        long end = block + random.nextInt(20);
        LogStorage.Run run = log.readRun(block, end, Long.MAX_VALUE);
        for (int at = 0; at < run.blocks().size(); at++) {
          assertThat(run.blocks().get(at)).isEqualTo(blocks.get(block + at));
        }
        long read = block + run.blocks().size();
        assertThat(read).isEqualTo(Math.max(block, firstMissing(blocks, block, end)));
        assertThat(run.nodes())
            .as("nodes with blocks %d to %d", block, read)
            .allMatch(node -> node.equals(nodes.get(node.index())))
            .containsAll(
                nodes.values().stream()
                    .filter(node -> FlatTree.leftSpan(node.index()) >= 2 * block)
                    .filter(node -> FlatTree.complete(node.index(), read))
                    .toList());
      }
      long[] indexes = LongStream.range(0, 100).toArray();
      assertThat(log.readNodes(indexes))
          .isEqualTo(LongStream.of(indexes).mapToObj(nodes::get).toList());
    }
  }

  private static long firstMissing(Map<Long, byte[]> blocks, long from, long to) {
    return LongStream.range(from, to)
        .filter(block -> !blocks.containsKey(block))
        .findFirst()
        .orElse(to);
  }

  @Test
  default void logsDoNotSeeEachOther() throws IOException {
    storage().openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 4));
    storage().openLog(BOB).commit(StoredThings.commit(BOB, new Random(2), 2));

    assertThat(storage().openLog(BOB).storedBlocks(0)).containsExactly(0, 1);
    storage().openLog(ALICE).commit(StoredThings.cut(ALICE, 0));
    assertThat(storage().openLog(ALICE).storedBlocks(0)).isEmpty();
    assertThat(storage().openLog(BOB).storedBlocks(0)).containsExactly(0, 1);
    assertThat(storage().openLog(BOB).readNodes(new long[] {0, 1, 2})).doesNotContainNull();
  }

  @Test
  default void cuttingRemovesBlocksAndEveryNodeThatReachesPastTheCut() throws IOException {
    for (int round = 0; round <= 2 * 17; round++) {
      long keep = round / 2;
      Key key = StoredThings.key(100 + round);
      LogStorage log = storage().openLog(key);
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
  default void logsThatAreCutAndFilledAgainHaveAllBlocksAndNodesEachTime() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      int number = random.nextInt(4);
      Key key = StoredThings.key(200 + number);
      LogStorage log = storage().openLog(key);
      int length = 1 + random.nextInt(40);
      log.commit(StoredThings.cut(key, random.nextInt(20)));
      log.commit(StoredThings.cut(key, 0));
      Commit commit = StoredThings.commit(key, random, length);
      log.commit(commit);

      assertThat(log.storedBlocks(0)).hasSize(length);
      LogStorage.Run run = log.readRun(0, length, Long.MAX_VALUE);
      assertThat(run.blocks()).containsExactlyElementsOf(commit.blocks().values());
      assertThat(run.nodes()).containsExactlyInAnyOrderElementsOf(commit.nodes());
    }
  }

  /** What others told of a fork, with sizes that nobody signs, before the block itself came. */
  @Test
  default void aNodeThatIsPutAgainIntoAFrozenLogIsReplaced() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    LogState state = StoredThings.state(ALICE, 0);
    LogState frozen =
        new LogState(
            ALICE, 0, 0, state.roots(), state.signature(), state.manifest(), new byte[] {1});
    TreeNode told = new TreeNode(4, 77, StoredThings.node(4).hash());
    log.commit(new Commit(frozen, Long.MAX_VALUE, List.of(told), Map.of(), true));
    Map<Long, byte[]> block = Map.of(2L, new byte[4]);
    TreeNode right = StoredThings.node(4);
    log.commit(new Commit(frozen, Long.MAX_VALUE, List.of(right), block, false));

    assertThat(log.readNodes(new long[] {4})).containsExactly(right);
    assertThat(log.readRun(2, 3, 100).nodes()).containsExactly(right);
  }

  @Test
  default void aCommitCutsFirstAndStoresThen() throws IOException {
    LogStorage log = storage().openLog(ALICE);
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

  /** What is not waited for may be kept in memory, from where nobody may read what is gone. */
  @Test
  default void aBlockIsReadAsItWasStoredLastHoweverOftenAndWhetherOrNotItWasWaitedFor()
      throws IOException {
    Random random = new Random(6);
    List<Key> keys = List.of(ALICE, BOB);
    List<TreeMap<Long, byte[]>> stored = List.of(new TreeMap<>(), new TreeMap<>());
    for (int round = 0; round < 400; round++) {
      int written = random.nextInt(2);
      long keep = random.nextInt(3) == 0 ? random.nextInt(12) : Long.MAX_VALUE;
      Map<Long, byte[]> added = new TreeMap<>();
      for (int count = random.nextInt(4); count > 0; count--) {
        added.put((long) random.nextInt(12), StoredThings.bytes(random, random.nextInt(200)));
      }
      stored.get(written).tailMap(keep).clear();
      added.keySet().removeAll(stored.get(written).keySet());
      Key key = keys.get(written);
      LogState state = StoredThings.state(key, round);
      boolean durable = random.nextBoolean();
      storage().openLog(key).commit(new Commit(state, keep, List.of(), added, durable));
      stored.get(written).putAll(added);

      int read = random.nextInt(2);
      long block = random.nextInt(12);
      assertThat(storage().openLog(keys.get(read)).readBlock(block))
          .as("block %d of a log with blocks %s", block, stored.get(read).keySet())
          .isEqualTo(stored.get(read).get(block));
    }
  }

  @Test
  default void aCommitForAnotherLogIsRefusedAndChangesNothing() throws IOException {
    LogStorage log = storage().openLog(ALICE);
    assertThatThrownBy(() -> log.commit(StoredThings.commit(BOB, new Random(1), 2)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(storage().logKeys()).isEmpty();
    assertThat(log.readState()).isEmpty();
  }
}
