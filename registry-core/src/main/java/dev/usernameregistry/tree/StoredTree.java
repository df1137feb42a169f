package dev.usernameregistry.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tree of one log, of which all roots and perhaps other nodes are stored, and what can be told
 * from those. Each method waits for the disk; a method throws {@link IOException} only if {@code
 * nodes} does. Safe from any thread if {@code nodes} is.
 *
 * @param nodes reads what is stored; every node it returns is trusted
 */
public record StoredTree(Roots roots, NodeReader nodes) {

  /** Returns the proof that {@code request} asks for, or why there is none. */
  public Made prove(ProofRequest request) throws IOException {
    return new ProofMaker(this, request).make();
  }

  /**
   * Returns how many levels from node {@code index} upwards are not stored: the number of nodes to
   * request with it. 0 if it is stored, and 0 if it is not in the tree.
   */
  public int missingNodes(long index) throws IOException {
    List<Long> path = new ArrayList<>();
    for (long node = index; FlatTree.complete(node, roots.length()); node = FlatTree.parent(node)) {
      path.add(node);
    }
    int missing = 0;
    for (TreeNode node : read(path)) {
      if (node != null) {
        return missing;
      }
      missing++;
    }
    return missing;
  }

  /**
   * Returns how many bytes there are before {@code block}, or nothing if a node that tells is not
   * stored.
   *
   * @param block 0 to the length of the log
   */
  public OptionalLong byteOffset(long block) throws IOException {
    if (block < 0 || block > roots.length()) {
      throw new IllegalArgumentException("block " + block + " of " + roots.length());
    }
    if (block == roots.length()) {
      return OptionalLong.of(roots.byteLength());
    }
    long bytes = 0;
    for (TreeNode node : nodes.readNodes(FlatTree.fullRoots(block))) {
      if (node == null) {
        return OptionalLong.empty();
      }
      bytes += node.size();
    }
    return OptionalLong.of(bytes);
  }

  /**
   * Returns where byte {@code bytes} is. A position between two blocks is the start of the second;
   * where blocks are empty, it is the block behind the largest subtree that ends there.
   *
   * @param bytes at least 0
   */
  public Sought seek(long bytes) throws IOException {
    if (bytes < 0) {
      throw new IllegalArgumentException("byte " + bytes);
    }
    if (bytes == 0) {
      return new Sought.Found(0, 0);
    }
    Spot spot = locate(roots.nodes(), bytes, 0);
    if (spot == null) {
      return new Sought.BeyondEnd();
    }
    if (spot.behind()) {
      return new Sought.Found(FlatTree.lastBlock(spot.index()) + 1, 0);
    }
    if (FlatTree.depth(spot.index()) == 0) {
      return new Sought.Found(spot.index() / 2, spot.rest());
    }
    return new Sought.Between(
        FlatTree.leftSpan(spot.index()) / 2, FlatTree.lastBlock(spot.index()) + 1);
  }

  /**
   * Where a byte position leads to.
   *
   * @param index highest node that begins or ends there, or the lowest that is known to hold it
   * @param rest bytes from the start of that node
   * @param behind whether the position is right behind the node
   */
  record Spot(long index, long rest, boolean behind) {}

  /** Returns where {@code bytes} leads to from the first of {@code tops} on; null if behind all. */
  @Nullable Spot locate(List<TreeNode> tops, long bytes, long padding) throws IOException {
    long rest = bytes;
    for (TreeNode top : tops) {
      long size = unpadded(top, padding);
      if (rest == size) {
        return new Spot(top.index(), rest, true);
      }
      if (rest < size) {
        return descend(top.index(), rest, padding);
      }
      rest -= size;
    }
    return null;
  }

  /**
   * Returns where {@code bytes} leads to below {@code top}, which must hold it. Reads one node for
   * each level, because each size decides where to go on.
   */
  Spot descend(long top, long bytes, long padding) throws IOException {
    long index = top;
    long rest = bytes;
    while (rest != 0 && FlatTree.depth(index) > 0) {
      TreeNode left = nodes.readNodes(new long[] {FlatTree.leftChild(index)}).get(0);
      if (left == null) {
        return new Spot(index, rest, false);
      }
      long size = unpadded(left, padding);
      if (size == rest) {
        return new Spot(left.index(), rest, true);
      }
      if (size > rest) {
        index = left.index();
      } else {
        rest -= size;
        index = FlatTree.sibling(left.index());
      }
    }
    return new Spot(index, rest, false);
  }

  /** Returns the bytes below {@code node} if each block has {@code padding} that does not count. */
  static long unpadded(TreeNode node, long padding) {
    return node.size() - padding * FlatTree.leaves(node.index());
  }

  List<@Nullable TreeNode> read(List<Long> indexes) throws IOException {
    return nodes.readNodes(indexes.stream().mapToLong(Long::longValue).toArray());
  }
}
