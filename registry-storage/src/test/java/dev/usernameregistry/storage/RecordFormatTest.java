package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StoredThings;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Which records there are: what the contract of storages does not show. */
class RecordFormatTest {
  private static final Key ALICE = StoredThings.key(1);

  /** The id that Alice's log has, if it is the first. */
  private static final long ALICES = 1L << 31;

  @TempDir private Path folder;

  @Test
  void idsOfDeletedLogsAreNeverUsedAgainEvenAfterReopening() throws Exception {
    try (Storage storage = open()) {
      for (int number = 0; number < 3; number++) {
        Key key = StoredThings.key(number);
        storage.openLog(key).commit(StoredThings.commit(key, new Random(1), 1));
        storage.deleteLog(key);
      }
    }
    try (Storage reopened = open()) {
      reopened.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 1));
    }

    byte[] id = get(RecordKeys.logId(ALICE));
    assertThat(id[0]).as("keeps nodes with blocks").isEqualTo((byte) 0x80);
    assertThat(id[3]).isGreaterThan((byte) 2);
    assertThat(get(RecordKeys.state(1L << 31 | 2))).isNull();
  }

  @Test
  void everyLogHasAnIdOfItsOwnHoweverOftenTheStorageIsReopened() throws Exception {
    Storage storage = open();
    for (int number = 0; number < 200; number++) {
      Key key = StoredThings.key(number);
      storage.openLog(key).commit(StoredThings.commit(key, new Random(number), 1));
      if (number % 70 == 0) {
        storage.close();
        storage = open();
      }
    }
    storage.close();

    Set<Integer> ids = new HashSet<>();
    for (int number = 0; number < 200; number++) {
      ids.add(ByteBuffer.wrap(get(RecordKeys.logId(StoredThings.key(number)))).getInt());
    }
    assertThat(ids).hasSize(200);
  }

  @Test
  void nodesAreKeptWithTheBlocksThatCompleteThem() throws Exception {
    Key key;
    try (Storage storage = open()) {
      Log log = LogStore.open(storage, ALICE).open("mine");
      log.append(List.of(new byte[] {1}, new byte[] {2}));
      log.append(List.of(new byte[] {3}));
      log.append(List.of(new byte[] {4}));
      key = log.key();
    }

    long id = Integer.toUnsignedLong(ByteBuffer.wrap(get(RecordKeys.logId(key))).getInt());
    assertThat(id).isGreaterThanOrEqualTo(ALICES);
    assertThat(get(RecordKeys.block(id, 0))).hasSize(1 + 40 + 1).startsWith(1).endsWith(1);
    assertThat(get(RecordKeys.block(id, 1))).hasSize(1 + 2 * 40 + 1).startsWith(2).endsWith(2);
    assertThat(get(RecordKeys.block(id, 3))).hasSize(1 + 3 * 40 + 1).startsWith(3).endsWith(4);
    for (long index = 0; index < 7; index++) {
      assertThat(get(RecordKeys.node(id, index))).as("node %d alone", index).isNull();
    }
  }

  /** But for some of the last blocks of subtrees, whose tops came with an earlier proof. */
  @Test
  void nodesAreKeptWithBlocksOfPeersTooInWhateverOrderTheseAreProved() throws Exception {
    int blocks = 256;
    Storage memory = new MemoryStorage();
    Log theirs = LogStore.open(memory, ALICE).open("theirs");
    theirs.append(Collections.nCopies(blocks, new byte[10]));
    long[] indexes = LongStream.range(0, 2L * blocks).toArray();
    List<TreeNode> nodes = memory.openLog(theirs.key()).readNodes(indexes);
    try (Storage storage = open()) {
      Log copy = Log.open(storage.openLog(theirs.key()), theirs.key());
      ProofRequest.Upgrade whole = new ProofRequest.Upgrade(0, blocks);
      copy.apply(proof(theirs, ProofRequest.of(1, 0, whole).withManifest()));
      for (int[] firsts : new int[][] {{192, 64}, {0, 128}}) {
        List<Proof> proofs = new ArrayList<>();
        for (int first : firsts) {
          ProofRequest.Block wanted = new ProofRequest.Block(first, 6, 0);
          wanted = copy.wanted(wanted, Collections.emptyNavigableSet());
          proofs.add(proof(theirs, ProofRequest.of(2, 0, wanted)));
        }
        assertThat(copy.applyAll(proofs)).hasOnlyElementsOfType(Applied.Stored.class);
      }
      assertThat(storage.openLog(theirs.key()).readNodes(indexes)).isEqualTo(nodes);
    }

    long id = Integer.toUnsignedLong(ByteBuffer.wrap(get(RecordKeys.logId(theirs.key()))).getInt());
    assertThat(countNodes(id)).isBetween(1L, 30L);
  }

  @Test
  void largeBlocksLieApartFromTheirNodes() throws Exception {
    List<TreeNode> nodes =
        List.of(StoredThings.node(0), StoredThings.node(2), StoredThings.node(1));
    Map<Long, byte[]> blocks = new TreeMap<>();
    blocks.put(0L, new byte[4096]);
    blocks.put(1L, new byte[4097]);
    LogState state = StoredThings.state(ALICE, 0);
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(ALICE);
      log.commit(new Commit(state, Long.MAX_VALUE, nodes, blocks, true));
      assertThat(log.readNodes(new long[] {0, 2, 1})).isEqualTo(nodes);
    }

    assertThat(get(RecordKeys.block(ALICES, 0))).hasSize(1 + 40 + 4096);
    assertThat(get(RecordKeys.block(ALICES, 1))).hasSize(1 + 4097);
    assertThat(get(RecordKeys.node(ALICES, 0))).isNull();
    assertThat(get(RecordKeys.node(ALICES, 2))).hasSize(40);
    assertThat(get(RecordKeys.node(ALICES, 1))).hasSize(40);
  }

  /** What they would bring back were nodes of another fork. */
  @Test
  void aBlockThatReplacesARemovedOneHasNoneOfItsNodes() throws IOException {
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(ALICE);
      log.commit(StoredThings.commit(ALICE, new Random(1), 8));
      LogState state = StoredThings.state(ALICE, 1);
      Map<Long, byte[]> blocks = Map.of(2L, new byte[2], 3L, new byte[3]);
      log.commit(new Commit(state, 2, List.of(), blocks, false));

      assertThat(log.readNodes(new long[] {0, 2, 1, 4, 6, 5, 3, 7}))
          .containsExactly(
              StoredThings.node(0),
              StoredThings.node(2),
              StoredThings.node(1),
              null,
              null,
              null,
              null,
              null);
      assertThat(log.readRun(0, 8, 1000).nodes()).hasSize(3);
    }
  }

  @Test
  void whatIsWrittenBehindACutHasItsNodesWithIt() throws Exception {
    Commit whole = StoredThings.commit(ALICE, new Random(1), 12);
    long[] indexes = LongStream.range(0, 24).toArray();
    try (Storage storage = open()) {
      LogStorage log = storage.openLog(ALICE);
      log.commit(whole);
      log.commit(StoredThings.cut(ALICE, 7));
      log.commit(behind(whole, 7));

      for (TreeNode node : log.readNodes(indexes)) {
        assertThat(node == null || FlatTree.complete(node.index(), 12)).isTrue();
      }
      assertThat(log.readNodes(indexes)).containsAll(whole.nodes());
      assertThat(log.readRun(0, 12, Long.MAX_VALUE).nodes())
          .containsExactlyInAnyOrderElementsOf(whole.nodes());
    }
    assertThat(get(RecordKeys.block(ALICES, 7))).startsWith(4);
    assertThat(get(RecordKeys.node(ALICES, 7))).isNull();
  }

  /** Returns a writer's commit of what {@code whole} has from {@code block} on. */
  private static Commit behind(Commit whole, long block) {
    Map<Long, byte[]> blocks = new TreeMap<>(whole.blocks());
    blocks.keySet().removeIf(number -> number < block);
    List<TreeNode> nodes =
        whole.nodes().stream().filter(node -> !FlatTree.complete(node.index(), block)).toList();
    return new Commit(whole.state(), Long.MAX_VALUE, nodes, blocks, true);
  }

  /** As stores of the time before manifests had records of their own have it. */
  @Test
  void aLargeManifestWithinTheStateIsReadAndTakenOutOfItByTheNextCommit() throws Exception {
    byte[] manifest = StoredThings.bytes(new Random(1), 1 << 20);
    LogState state = StoredThings.state(ALICE, 0).withManifest(manifest);
    try (Storage storage = open()) {
      storage.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 1));
    }
    put(RecordKeys.state(ALICES), state.encode());

    try (Storage reopened = open()) {
      LogStorage log = reopened.openLog(ALICE);
      assertThat(log.readState().orElseThrow().manifest()).isEqualTo(manifest);
      log.commit(new Commit(state, Long.MAX_VALUE, List.of(), Map.of(), true));
    }
    assertThat(get(RecordKeys.state(ALICES))).hasSizeLessThan(1024);
    try (Storage again = open()) {
      assertThat(again.openLog(ALICE).readState().orElseThrow().manifest()).isEqualTo(manifest);
    }
  }

  @Test
  void aNewerFormatIsRefusedWithBothNumbers() throws Exception {
    open().close();
    put(RecordKeys.FORMAT, "username registry\0\3".getBytes(StandardCharsets.US_ASCII));

    assertThatThrownBy(this::open)
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining("format 3")
        .hasMessageContaining("format 2");
  }

  /** All that is different is how new logs are stored, which their ids say. */
  @Test
  void theFormatBeforeThisIsReadAndIsThisFromThenOn() throws Exception {
    Commit commit = StoredThings.commit(ALICE, new Random(1), 3);
    open().close();
    put(RecordKeys.logId(ALICE), LogIds.encode(0));
    put(RecordKeys.NEXT_LOG_ID, LogIds.encode(1));
    try (Storage storage = open()) {
      storage.openLog(ALICE).commit(commit);
    }
    byte[] format = get(RecordKeys.FORMAT);
    put(RecordKeys.FORMAT, "username registry\0\1".getBytes(StandardCharsets.US_ASCII));

    try (Storage reopened = open()) {
      LogStorage log = reopened.openLog(ALICE);
      assertThat(log.readBlock(2)).isEqualTo(commit.blocks().get(2L));
      log.commit(behind(StoredThings.commit(ALICE, new Random(2), 4), 3));
      assertThat(log.readNodes(new long[] {0, 3, 6})).doesNotContainNull();
      assertThat(log.storedBlocks(0)).hasSize(4);
    }
    assertThat(get(RecordKeys.FORMAT)).isEqualTo(format);
  }

  @Test
  void aLogThatKeepsNodesApartFromBlocksGoesOnSo() throws Exception {
    long id = 7;
    Commit whole = StoredThings.commit(ALICE, new Random(1), 12);
    open().close();
    put(RecordKeys.logId(ALICE), LogIds.encode(id));
    try (Storage storage = open()) {
      storage.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(2), 9));
    }
    try (Storage reopened = open()) {
      LogStorage log = reopened.openLog(ALICE);
      log.commit(StoredThings.cut(ALICE, 0));
      log.commit(whole);
      log.commit(StoredThings.cut(ALICE, 7));
      assertThat(log.storedBlocks(0)).hasSize(7);
      log.commit(behind(whole, 7));

      assertThat(log.readBlock(8)).isEqualTo(whole.blocks().get(8L));
      assertThat(log.readNodes(LongStream.range(0, 24).toArray())).containsAll(whole.nodes());
      LogStorage.Run run = log.readRun(0, 12, Long.MAX_VALUE);
      assertThat(run.blocks()).containsExactlyElementsOf(whole.blocks().values());
      assertThat(run.nodes()).containsExactlyInAnyOrderElementsOf(whole.nodes());
    }
    assertThat(get(RecordKeys.block(id, 1))).isEqualTo(whole.blocks().get(1L));
    assertThat(get(RecordKeys.node(id, 2))).hasSize(40);
  }

  private static Proof proof(Log log, ProofRequest request) throws IOException {
    return ((Made.Ready) log.prove(request)).proof();
  }

  /** Returns how many nodes have records of their own. */
  private long countNodes(long id) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, folder.toString());
        RocksIterator records = db.newIterator()) {
      records.seek(RecordKeys.node(id, 0));
      long count = 0;
      for (; Arrays.compareUnsigned(records.key(), RecordKeys.nodesEnd(id)) < 0; records.next()) {
        count++;
      }
      return count;
    }
  }

  private Storage open() throws IOException {
    return RocksStorage.at(folder).open();
  }

  private byte[] get(byte[] key) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, folder.toString())) {
      return db.get(key);
    }
  }

  private void put(byte[] key, byte[] value) throws RocksDBException {
    try (Options options = new Options();
        RocksDB db = RocksDB.open(options, folder.toString())) {
      db.put(key, value);
    }
  }
}
