package dev.usernameregistry.bee;

import dev.usernameregistry.log.BlockNotStoredException;
import dev.usernameregistry.log.Blocks;
import dev.usernameregistry.log.LogMovedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A log's blocks in memory. Counts reads; can lack blocks, fail and be cut as a log can. */
final class MemoryBlocks implements Blocks {
  private final List<byte[]> blocks = new ArrayList<>();
  private final Set<Long> missing = new HashSet<>();
  private long lastMissed = -1;
  private long fork;
  private long reads;
  private int appends;
  private boolean failing;
  private Runnable beforeAppend = () -> {};

  static MemoryBlocks of(List<byte[]> values) {
    MemoryBlocks blocks = new MemoryBlocks();
    blocks.blocks.addAll(values);
    return blocks;
  }

  synchronized List<byte[]> all() {
    return List.copyOf(blocks);
  }

  synchronized void lack(long block) {
    missing.add(block);
  }

  synchronized void storeLastMissed() {
    missing.remove(lastMissed);
  }

  synchronized void cut(int length) {
    blocks.subList(length, blocks.size()).clear();
    fork++;
  }

  synchronized void fail(boolean fails) {
    failing = fails;
  }

  synchronized long reads() {
    return reads;
  }

  synchronized int appends() {
    return appends;
  }

  @Override
  public synchronized long length() {
    return blocks.size();
  }

  @Override
  public synchronized long fork() {
    return fork;
  }

  @Override
  public synchronized byte[] get(long block) throws IOException {
    reads++;
    if (block < 0 || block >= blocks.size()) {
      throw new IndexOutOfBoundsException("block " + block + " of " + blocks.size());
    }
    if (missing.contains(block)) {
      lastMissed = block;
      throw new BlockNotStoredException(block);
    }
    return blocks.get((int) block);
  }

  /** Has {@code change} made before the next append, as if it came from another thread. */
  synchronized void beforeAppend(Runnable change) {
    beforeAppend = change;
  }

  @Override
  public synchronized long append(long atFork, long length, List<byte[]> values)
      throws IOException {
    Runnable before = beforeAppend;
    beforeAppend = () -> {};
    before.run();
    if (atFork != fork || length != blocks.size()) {
      throw new LogMovedException("not " + length + " blocks of fork " + atFork);
    }
    return append(values);
  }

  synchronized long append(List<byte[]> values) throws IOException {
    if (failing) {
      throw new IOException("disk full");
    }
    appends++;
    blocks.addAll(values);
    return blocks.size();
  }
}
