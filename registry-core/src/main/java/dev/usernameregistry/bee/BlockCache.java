package dev.usernameregistry.bee;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Remembers decoded blocks that were used lately. Safe from any thread.
 *
 * <p>Two generations: blocks are added to the young one; when that has reached half of the bound,
 * it becomes the old one and the old one is forgotten. A block of the old one that is used again is
 * young again. So a read takes no lock, and what was used in the last half is still there.
 */
final class BlockCache {
  private final long generationBytesMax;
  private volatile Generation young = new Generation();
  private volatile Generation old = new Generation();

  BlockCache(long bytesMax) {
    this.generationBytesMax = bytesMax / 2;
  }

  @Nullable BeeBlock get(long seq) {
    BeeBlock block = young.blocks.get(seq);
    if (block != null) {
      return block;
    }
    block = old.blocks.get(seq);
    if (block != null) {
      add(block);
    }
    return block;
  }

  void add(BeeBlock block) {
    long weightBytes = block.weightBytes();
    if (weightBytes > generationBytesMax) {
      return;
    }
    Generation generation = young;
    if (generation.blocks.putIfAbsent(block.seq(), block) == null) {
      grow(generation, weightBytes);
    }
  }

  /** Takes note that a remembered block has become heavier. */
  void grow(long bytes) {
    grow(young, bytes);
  }

  private void grow(Generation generation, long bytes) {
    if (generation.weightBytes.addAndGet(bytes) > generationBytesMax) {
      turn(generation);
    }
  }

  private synchronized void turn(Generation full) {
    if (young == full) {
      old = full;
      young = new Generation();
    }
  }

  /** Returns about how much memory the remembered blocks take. */
  long weightBytes() {
    return young.weightBytes.get() + old.weightBytes.get();
  }

  /** Blocks by number, and what they weigh together. */
  private static final class Generation {
    final ConcurrentHashMap<Long, BeeBlock> blocks = new ConcurrentHashMap<>();
    final AtomicLong weightBytes = new AtomicLong();
  }
}
