package dev.usernameregistry.storage;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One log. Reads are safe from any thread; commits wait for one another. */
final class RocksLogStorage implements LogStorage {
  private static final int HASH_BYTES = 32;
  private static final int NODE_BYTES = 8 + HASH_BYTES;

  /**
   * Of a manifest that is written again with each state; most have 70. One that lists many signers
   * may have 1 MiB, for which every short block of that log would else make us write as much.
   */
  private static final int MANIFEST_BYTES_MAX = 1024;

  private static final byte[] NONE = {};

  /** Of the root over as many blocks as a log can have. */
  private static final int DEPTH_MAX = Long.numberOfTrailingZeros(FlatTree.BLOCKS_MAX);

  private final Database database;
  private final LogIds ids;
  private final RecentBlocks recent;
  private final Key key;

  /** Written under this object's monitor; {@link LogIds#NONE} until the first commit. */
  private volatile long id;

  /** Written under this object's monitor; never becomes false again. */
  private volatile boolean retired;

  /** The manifest that has a record of its own, as far as it was written here; guarded by this. */
  private byte[] manifestApart = NONE;

  RocksLogStorage(Database database, LogIds ids, RecentBlocks recent, Key key, long id) {
    this.database = database;
    this.ids = ids;
    this.recent = recent;
    this.key = key;
    this.id = id;
  }

  @Override
  public Optional<LogState> readState() throws IOException {
    byte[] value = isEmpty() ? null : database.getOnce(RecordKeys.state(id));
    if (value == null) {
      return Optional.empty();
    }
    try {
      LogState state = LogState.decode(value);
      byte[] apart =
          state.manifest().length == 0 ? database.getOnce(RecordKeys.manifest(id)) : null;
      return Optional.of(apart == null ? state : state.withManifest(apart));
    } catch (MalformedMessageException e) {
      throw corrupt("its state cannot be read", e);
    }
  }

  /** Asks for one node at a time: RocksDB's own batch read shows a failed read as a missing one. */
  @Override
  public List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException {
    boolean empty = isEmpty();
    List<@Nullable TreeNode> nodes = new ArrayList<>(indexes.length);
    for (long index : indexes) {
      byte[] value = empty ? null : database.get(RecordKeys.node(id, index));
      nodes.add(value == null ? null : decodeNode(index, value));
    }
    return nodes;
  }

  @Override
  public byte @Nullable [] readBlock(long block) throws IOException {
    if (isEmpty()) {
      return null;
    }
    byte[] value = recent.take(id, block);
    return value == null ? database.get(RecordKeys.block(id, block)) : value;
  }

  @Override
  public List<TreeNode> readNodes(long from, long to) throws IOException {
    List<TreeNode> nodes = new ArrayList<>();
    if (!isEmpty()) {
      database.scan(
          RecordKeys.node(id, from),
          RecordKeys.node(id, to),
          record -> nodes.add(decodeNode(RecordKeys.numberOf(record.key()), record.value())));
    }
    return nodes;
  }

  @Override
  public List<byte[]> readBlocks(long from, long to, long bytesMax) throws IOException {
    List<byte[]> values = new ArrayList<>();
    if (!isEmpty()) {
      database.scan(
          RecordKeys.block(id, from),
          RecordKeys.block(id, to),
          new Database.Cursor() {
            private long bytes;

            @Override
            public boolean visit(ScannedRecord record) {
              if (RecordKeys.numberOf(record.key()) != from + values.size()) {
                return false;
              }
              byte[] value = record.value();
              values.add(value);
              bytes += value.length;
              return bytes < bytesMax;
            }
          });
    }
    return values;
  }

  @Override
  public long[] storedBlocks(long firstBlock) throws IOException {
    if (isEmpty()) {
      return new long[0];
    }
    LongStream.Builder blocks = LongStream.builder();
    database.scanOnce(
        RecordKeys.block(id, firstBlock),
        RecordKeys.blocksEnd(id),
        record -> {
          blocks.add(RecordKeys.numberOf(record.key()));
          return true;
        });
    return blocks.build().toArray();
  }

  @Override
  public synchronized void commit(Commit commit) throws IOException {
    if (!commit.state().key().equals(key)) {
      throw new IllegalArgumentException(
          "a commit of log " + commit.state().key() + " was given to log " + key);
    }
    boolean first = isEmpty();
    long writtenId = first ? ids.take() : id;
    recent.remove(writtenId, commit.blocks().keySet());
    if (commit.keepBlocks() < FlatTree.BLOCKS_MAX) {
      recent.removeFrom(writtenId, commit.keepBlocks());
    }
    database.write(
        commit.durable(),
        batch -> {
          if (first) {
            batch.put(RecordKeys.logId(key), LogIds.encode(writtenId));
          } else if (commit.keepBlocks() < FlatTree.BLOCKS_MAX) {
            cut(batch, writtenId, commit.keepBlocks());
          }
          store(batch, writtenId, commit.state());
          store(batch, writtenId, commit);
        });
    id = writtenId;
    manifestApart = isLarge(commit.state().manifest()) ? commit.state().manifest() : NONE;
    if (!commit.durable()) { // what is, was mostly written here, and nobody reads that back
      recent.add(writtenId, commit.blocks());
    }
  }

  /** Makes every further call fail, and returns the id, or {@link LogIds#NONE}. */
  synchronized long retire() {
    retired = true;
    recent.removeFrom(id, 0);
    return id;
  }

  private static void store(RecordBatch batch, long id, Commit commit) {
    batch.expect(recordBytes(commit)); // and no more: of a large commit, a copy is a large one
    for (TreeNode node : commit.nodes()) {
      batch.put(RecordKeys.node(id, node.index()), encodeNode(node));
    }
    for (Map.Entry<Long, byte[]> block : commit.blocks().entrySet()) {
      batch.put(RecordKeys.block(id, block.getKey()), block.getValue());
    }
  }

  /** A manifest of a record of its own counts only as long as the state has none. */
  private void store(RecordBatch batch, long id, LogState state) {
    byte[] manifest = state.manifest();
    boolean apart = isLarge(manifest);
    if (apart && !Arrays.equals(manifest, manifestApart)) {
      batch.put(RecordKeys.manifest(id), manifest);
    } else if (manifest.length == 0) {
      batch.remove(RecordKeys.manifest(id));
    }
    batch.put(RecordKeys.state(id), (apart ? state.withManifest(NONE) : state).encode());
  }

  private static boolean isLarge(byte[] manifest) {
    return manifest.length > MANIFEST_BYTES_MAX;
  }

  /** Returns how many bytes the nodes and blocks take as records. */
  private static long recordBytes(Commit commit) {
    long nodeBytes = RecordBatch.recordBytes(RecordKeys.NUMBERED_BYTES, NODE_BYTES);
    long bytes = commit.nodes().size() * nodeBytes;
    for (byte[] value : commit.blocks().values()) {
      bytes += RecordBatch.recordBytes(RecordKeys.NUMBERED_BYTES, value.length);
    }
    return bytes;
  }

  /**
   * Removes the blocks from {@code keepBlocks} on, and the nodes that reach past the leaf before
   * it: all nodes behind that leaf, and those before it that have the leaf of {@code keepBlocks}
   * below them.
   */
  private static void cut(RecordBatch batch, long id, long keepBlocks) {
    batch.removeRange(RecordKeys.block(id, keepBlocks), RecordKeys.blocksEnd(id));
    long firstBehind = Math.max(0, 2 * keepBlocks - 1);
    batch.removeRange(RecordKeys.node(id, firstBehind), RecordKeys.nodesEnd(id));
    for (int depth = 1; depth <= DEPTH_MAX; depth++) {
      long ancestor = FlatTree.index(depth, keepBlocks >>> depth);
      if (ancestor < firstBehind) {
        batch.remove(RecordKeys.node(id, ancestor));
      }
    }
  }

  private static byte[] encodeNode(TreeNode node) {
    return ByteBuffer.allocate(NODE_BYTES).putLong(node.size()).put(node.hash()).array();
  }

  private TreeNode decodeNode(long index, byte[] value) throws IOException {
    if (value.length != NODE_BYTES) {
      throw corrupt("node " + index + " has " + value.length + " bytes", null);
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    long size = in.getLong();
    byte[] hash = new byte[HASH_BYTES];
    in.get(hash);
    return new TreeNode(index, size, hash);
  }

  private boolean isEmpty() {
    database.requireOpen();
    if (retired) {
      throw new IllegalStateException("log " + key + " was deleted");
    }
    return id == LogIds.NONE;
  }

  private CorruptStorageException corrupt(String what, @Nullable Throwable cause) {
    return new CorruptStorageException(
        "log " + key + " in the storage in " + database.folder() + " is damaged: " + what, cause);
  }
}
