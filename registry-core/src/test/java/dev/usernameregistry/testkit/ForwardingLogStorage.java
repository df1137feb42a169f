package dev.usernameregistry.testkit;

import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks another storage; a test overrides what is to go wrong. */
public abstract class ForwardingLogStorage implements LogStorage {
  private final LogStorage storage;

  /** Makes one that asks {@code storage}. */
  protected ForwardingLogStorage(LogStorage storage) {
    this.storage = storage;
  }

  @Override
  public long roomBytes() {
    return storage.roomBytes();
  }

  @Override
  public Optional<LogState> readState() throws IOException {
    return storage.readState();
  }

  @Override
  public List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException {
    return storage.readNodes(indexes);
  }

  @Override
  public byte @Nullable [] readBlock(long block) throws IOException {
    return storage.readBlock(block);
  }

  @Override
  public long[] storedBlocks(long firstBlock) throws IOException {
    return storage.storedBlocks(firstBlock);
  }

  @Override
  public void commit(Commit commit) throws IOException {
    storage.commit(commit);
  }
}
