package dev.usernameregistry.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Roots while subtrees are added on the right. Not thread-safe. */
final class GrowingRoots {
  private final List<TreeNode> nodes;
  private final BinaryOperator<TreeNode> join;
  private long length;
  private long byteLength;

  /**
   * Starts with {@code roots}, which stay as they are.
   *
   * @param join makes the parent of a left and a right sibling
   */
  GrowingRoots(Roots roots, BinaryOperator<TreeNode> join) {
    this.nodes = new ArrayList<>(roots.nodes());
    this.join = join;
    this.length = roots.length();
    this.byteLength = roots.byteLength();
  }

  /**
   * Adds a complete subtree that begins with the next block, and joins what has become siblings.
   *
   * @throws InvalidProofException if there are more blocks or bytes than a log can have; these
   *     roots are useless then
   */
  void push(TreeNode node) {
    if (FlatTree.leftSpan(node.index()) != 2 * length) {
      throw new AssertionError("node " + node.index() + " does not follow block " + (length - 1));
    }
    length += FlatTree.leaves(node.index());
    if (length > FlatTree.BLOCKS_MAX) {
      throw new InvalidProofException(length + " blocks, at most " + FlatTree.BLOCKS_MAX);
    }
    byteLength = TreeHasher.sum(byteLength, node.size());
    TreeNode last = node;
    while (!nodes.isEmpty() && lastNode().index() == FlatTree.sibling(last.index())) {
      last = join.apply(nodes.remove(nodes.size() - 1), last);
    }
    nodes.add(last);
  }

  long length() {
    return length;
  }

  /** Returns the roots as they are now. */
  Roots toRoots() {
    return new Roots(List.copyOf(nodes), length, byteLength);
  }

  private TreeNode lastNode() {
    return nodes.get(nodes.size() - 1);
  }
}
