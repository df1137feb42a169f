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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One log of a {@link MemoryStorage}. Safe from any thread. */
final class MemoryLogStorage implements LogStorage {
  private final Key key;
  private final BooleanSupplier isClosed;

  // All guarded by this.
  private final Map<Long, TreeNode> nodes = new HashMap<>();
  private final NavigableMap<Long, byte[]> blocks = new TreeMap<>();
  private @Nullable LogState state;
  private boolean deleted;

  MemoryLogStorage(Key key, BooleanSupplier isClosed) {
    this.key = key;
    this.isClosed = isClosed;
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
    if (commit.cuts()) {
      blocks.tailMap(commit.keepBlocks(), true).clear();
      nodes.keySet().removeIf(index -> FlatTree.lastBlock(index) >= commit.keepBlocks());
    }
    for (TreeNode node : commit.nodes()) {
      nodes.put(node.index(), node);
    }
    assert commit.blocks().keySet().stream().noneMatch(blocks::containsKey) : "stored already";
    blocks.putAll(commit.blocks());
    state = commit.state();
  }

  synchronized void delete() {
    deleted = true;
    nodes.clear();
    blocks.clear();
    state = null;
  }

  private void requireUsable() {
    MemoryStorage.requireOpen(isClosed.getAsBoolean());
    if (deleted) {
      throw new IllegalStateException("log " + key + " was deleted");
    }
  }
}
