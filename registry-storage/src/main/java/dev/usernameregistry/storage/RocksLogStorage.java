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
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One log. Reads are safe from any thread; commits wait for one another. */
final class RocksLogStorage implements LogStorage {
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
      nodes.add(empty ? null : readNode(index));
    }
    return nodes;
  }

  /**
   * Looks for a record of its own first, of which a filter mostly says that there is none: the
   * block of a node that has one may be large.
   */
  private @Nullable TreeNode readNode(long index) throws IOException {
    byte[] value = database.get(RecordKeys.node(id, index));
    if (value != null) {
      return decodeNode(index, value);
    }
    return LogIds.keepsNodesWithBlocks(id) ? readNodeWithBlock(index) : null;
  }

  private @Nullable TreeNode readNodeWithBlock(long index) throws IOException {
    byte[] start = new byte[BlockRecord.headBytes(FlatTree.depth(index) + 1)];
    return readStart(FlatTree.lastBlock(index), start) ? BlockRecord.node(start, index) : null;
  }

  /** Reads as much of the record of {@code block} as fits; returns whether there is one. */
  private boolean readStart(long block, byte[] start) throws IOException {
    long bytes = database.get(RecordKeys.block(id, block), start);
    if (bytes == Database.NOT_FOUND) {
      return false;
    }
    requireWhole(block, start, bytes);
    return true;
  }

  @Override
  public byte @Nullable [] readBlock(long block) throws IOException {
    if (isEmpty()) {
      return null;
    }
    byte[] value = recent.take(id, block);
    if (value != null) {
      return value;
    }
    byte[] record = database.get(RecordKeys.block(id, block));
    return record == null || !LogIds.keepsNodesWithBlocks(id)
        ? record
        : BlockRecord.value(whole(block, record));
  }

  @Override
  public Run readRun(long from, long to, long bytesMax) throws IOException {
    if (isEmpty()) {
      return new Run(List.of(), List.of());
    }
    RunReader run = new RunReader(from, bytesMax);
    database.scan(RecordKeys.block(id, from), RecordKeys.block(id, to), run);
    if (run.lacksNodes) {
      database.scan(
          RecordKeys.node(id, 2 * from),
          RecordKeys.node(id, 2 * (from + run.blocks.size())),
          record -> run.nodes.add(decodeNode(RecordKeys.numberOf(record.key()), record.value())));
    }
    return new Run(run.blocks, run.nodes);
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
  public long roomBytes() {
    return database.roomBytes();
  }

  @Override
  public synchronized void commit(Commit commit) throws IOException {
    if (!commit.state().key().equals(key)) {
      throw new IllegalArgumentException(
          "a commit of log " + commit.state().key() + " was given to log " + key);
    }
    boolean first = isEmpty();
    long writtenId = first ? ids.take() : id;
    CommitRecords records =
        LogIds.keepsNodesWithBlocks(writtenId)
            ? CommitRecords.together(commit)
            : CommitRecords.apart(commit);
    recent.remove(writtenId, commit.blocks().keySet());
    if (commit.cuts()) {
      recent.removeFrom(writtenId, commit.keepBlocks());
    }
    database.write(
        commit.durable(),
        batch -> {
          if (first) {
            batch.put(RecordKeys.logId(key), LogIds.encode(writtenId));
          } else if (commit.cuts()) {
            cut(batch, writtenId, commit.keepBlocks());
          }
          store(batch, writtenId, commit.state());
          records.addTo(batch, writtenId);
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

  private TreeNode decodeNode(long index, byte[] value) throws IOException {
    if (value.length != NodeBytes.LENGTH) {
      throw corrupt("node " + index + " has " + value.length + " bytes", null);
    }
    return NodeBytes.get(ByteBuffer.wrap(value), index);
  }

  private byte[] whole(long block, byte[] record) throws IOException {
    requireWhole(block, record, record.length);
    return record;
  }

  private void requireWhole(long block, byte[] start, long bytes) throws IOException {
    if (!BlockRecord.isWhole(block, start, bytes)) {
      throw corrupt("block " + block + " has not the nodes that it says", null);
    }
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

  /** Takes in the blocks of a run, and the nodes that lie together with them. */
  private final class RunReader implements Database.Cursor {
    private final long from;
    private final long bytesMax;
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<TreeNode> nodes = new ArrayList<>();

    /** Whether nodes over these blocks may have records of their own. */
    private boolean lacksNodes;

    private long bytes;

    RunReader(long from, long bytesMax) {
      this.from = from;
      this.bytesMax = bytesMax;
    }

    @Override
    public boolean visit(ScannedRecord record) throws IOException {
      long block = from + blocks.size();
      if (RecordKeys.numberOf(record.key()) != block) {
        return false;
      }
      byte[] value = record.value();
      if (LogIds.keepsNodesWithBlocks(id)) {
        BlockRecord.forEachNode(whole(block, value), block, nodes::add);
        lacksNodes |= value[0] == 0;
        value = BlockRecord.value(value);
      } else {
        lacksNodes = true;
      }
      blocks.add(value);
      bytes += value.length;
      return bytes < bytesMax;
    }
  }
}
