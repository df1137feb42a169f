package dev.usernameregistry.memory;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One log of a {@link MemoryStorage}. Safe from any thread. */
final class MemoryLogStorage implements LogStorage {
  /** What a block takes besides its value: an entry of a map, and an array. */
  private static final long BLOCK_BYTES = 100;

  /** A node with its hash and its entry. */
  private static final long NODE_BYTES = 150;

  /** What a log takes for its state, besides all that. */
  private static final long LOG_BYTES = 1_000;

  private final Key key;
  private final Memory memory;

  // All guarded by this.
  private final Map<Long, TreeNode> nodes = new HashMap<>();
  private final NavigableMap<Long, byte[]> blocks = new TreeMap<>();
  private @Nullable LogState state;
  private long valueBytes;
  private boolean deleted;

  MemoryLogStorage(Key key, Memory memory) {
    this.key = key;
    this.memory = memory;
  }

  @Override
  public synchronized Optional<LogState> readState() {
    requireUsable();
    return Optional.ofNullable(state);
  }

  @Override
  public synchronized List<@Nullable TreeNode> readNodes(long[] indexes) {
    requireUsable();
    List<@Nullable TreeNode> found = new ArrayList<>(indexes.length);
    for (long index : indexes) {
      found.add(nodes.get(index));
    }
    return found;
  }

  @Override
  public synchronized byte @Nullable [] readBlock(long block) {
    requireUsable();
    return blocks.get(block);
  }

  @Override
  public synchronized long[] storedBlocks(long firstBlock) {
    requireUsable();
    return blocks.tailMap(firstBlock, true).keySet().stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public synchronized void commit(Commit commit) {
    requireUsable();
    if (!commit.state().key().equals(key)) {
      throw new IllegalArgumentException(
          "a commit of log " + commit.state().key() + " was given to log " + key);
    }
    long before = bytes();
    if (commit.cuts()) {
      valueBytes -= valueBytes(blocks.tailMap(commit.keepBlocks(), true));
      blocks.tailMap(commit.keepBlocks(), true).clear();
      nodes.keySet().removeIf(index -> FlatTree.lastBlock(index) >= commit.keepBlocks());
    }
    for (TreeNode node : commit.nodes()) {
      nodes.put(node.index(), node);
    }
    assert commit.blocks().keySet().stream().noneMatch(blocks::containsKey) : "stored already";
    blocks.putAll(commit.blocks());
    valueBytes += valueBytes(commit.blocks());
    state = commit.state();
    memory.grew(bytes() - before);
  }

  @Override
  public long roomBytes() {
    return memory.roomBytes();
  }

  /** Returns what all of it takes. */
  private long bytes() {
    return (state == null ? 0 : LOG_BYTES)
        + valueBytes
        + BLOCK_BYTES * blocks.size()
        + NODE_BYTES * nodes.size();
  }

  private static long valueBytes(Map<Long, byte[]> blocks) {
    return blocks.values().stream().mapToLong(value -> value.length).sum();
  }

  synchronized void delete() {
    deleted = true;
    memory.grew(-bytes());
    nodes.clear();
    blocks.clear();
    state = null;
  }

  private void requireUsable() {
    memory.requireOpen();
    if (deleted) {
      throw new IllegalStateException("log " + key + " was deleted");
    }
  }
}
