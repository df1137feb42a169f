package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.log.Blocks;
import dev.usernameregistry.log.LogMovedException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads blocks and tree nodes of one fork of a log. Safe from any thread. */
final class BlockReader {
  /**
   * Most levels of a tree. With at least 5 children of every node that is not the root, and fewer
   * than 2⁵³ keys, no tree that the format's algorithms build is deeper than 24.
   */
  static final int DEPTH_MAX = 32;

  private final Blocks blocks;
  private final long fork;
  private final BlockCache cache;
  private volatile @Nullable BeeHeader header;

  BlockReader(Blocks blocks, long cacheBytesMax) {
    this.blocks = blocks;
    this.fork = blocks.fork();
    this.cache = new BlockCache(cacheBytesMax);
  }

  long fork() {
    return fork;
  }

  @SuppressWarnings("ReferenceEquality") // a log is one object in a process
  boolean reads(Blocks log) {
    return blocks == log;
  }

  /** Returns the header, reading it once; empty if the log is empty. */
  Optional<BeeHeader> header() throws IOException {
    BeeHeader known = header;
    if (known == null && blocks.length() > 0) {
      known = BeeHeader.decode(bytes(0));
      header = known;
    }
    return Optional.ofNullable(known);
  }

  BeeBlock block(long seq) throws IOException {
    BeeBlock block = cache.get(seq);
    if (block == null) {
      block = BeeBlock.decode(seq, bytes(seq));
      cache.add(block);
    }
    return block;
  }

  /** Returns a block that is not likely to be read again soon. */
  BeeBlock blockOnce(long seq) throws IOException {
    BeeBlock block = cache.get(seq);
    return block == null ? BeeBlock.decode(seq, bytes(seq)) : block;
  }

  private Node node(long seq, long offset) throws IOException {
    BeeBlock block = block(seq);
    Node node = block.decodedNode(offset);
    if (node == null) {
      long before = block.levelsBytes();
      node = block.decodeNode(offset);
      cache.grow(Node.WEIGHT_BYTES + block.levelsBytes() - before);
    }
    return node;
  }

  private byte[] bytes(long seq) throws IOException {
    byte[] bytes;
    try {
      bytes = blocks.get(seq);
    } catch (IndexOutOfBoundsException e) {
      LogMovedException cut =
          new LogMovedException("block " + seq + " is gone: the log was cut meanwhile");
      cut.initCause(e);
      throw cut;
    }
    if (blocks.fork() != fork) {
      throw new LogMovedException(
          "the log was cut meanwhile, and has a new fork: " + blocks.fork());
    }
    return bytes;
  }

  /** Remembers a block that was just appended, so that it need not be read back. */
  void remember(long seq, byte[] bytes) {
    cache.add(BeeBlock.decode(seq, bytes));
  }

  /** Returns the root of the tree of {@code version}, or null if that tree is empty. */
  @Nullable Node root(long version) throws IOException {
    header();
    return version < 2 ? null : node(version - 1, 0);
  }

  Node child(Node parent, int i) throws IOException {
    Node child = node(parent.childSeq(i), parent.childOffset(i));
    if (child.keyCount() == 0) {
      throw new MalformedMessageException(
          "block " + parent.childSeq(i) + " has a node without keys that is not the root");
    }
    return child;
  }

  byte[] key(Node node, int i) throws IOException {
    byte[] key = node.rememberedKey(i);
    if (key == null) {
      key = block(node.keySeq(i)).key();
      node.rememberKey(i, key);
    }
    return key;
  }

  /** Returns which key of {@code node} is {@code key}, or {@code -(insertion point) - 1}. */
  int search(Node node, byte[] key) throws IOException {
    SortedKeys keys = i -> key(node, i);
    return keys.search(node.keyCount(), key);
  }

  /** Returns the block that put {@code key} in the tree of {@code version}, or null. */
  @Nullable BeeBlock find(byte[] key, long version) throws IOException {
    Node node = root(version);
    for (int depth = 1; node != null; depth++) {
      checkDepth(depth);
      int i = search(node, key);
      if (i >= 0) {
        return block(node.keySeq(i));
      }
      node = node.isLeaf() ? null : child(node, -i - 1);
    }
    return null;
  }

  static void checkDepth(int depth) {
    if (depth > DEPTH_MAX) {
      throw new MalformedMessageException("the tree is deeper than " + DEPTH_MAX + " levels");
    }
  }
}
