package dev.usernameregistry.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;

/**
 * A complete subtree over blocks that a writer appends.
 *
 * @param top the node over all of them
 * @param nodes all its nodes by index, {@code top} among them
 */
record Subtree(TreeNode top, List<TreeNode> nodes) {
  /** Blocks below one: few enough to share the work, some hundred microseconds of hashing. */
  private static final int BLOCKS_MAX = 256;

  /**
   * Returns subtrees, left to right, over {@code values}, of which the first is block {@code
   * first}. Those over many are hashed on all cores, in the pool that all share: not in one of the
   * caller's, which may end.
   */
  static List<Subtree> over(long first, List<byte[]> values) {
    List<Part> parts = parts(first, values);
    boolean alone = values.size() < 2 * BLOCKS_MAX || ForkJoinTask.inForkJoinPool();
    return (alone ? parts.stream() : parts.parallelStream()).map(Subtree::of).toList();
  }

  /** Cuts {@code values} into what is below one subtree each. */
  private static List<Part> parts(long first, List<byte[]> values) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < values.size(); ) {
      int aligned = (int) Long.lowestOneBit(first + from | BLOCKS_MAX);
      int left = Integer.highestOneBit(values.size() - from);
      int to = from + Math.min(aligned, left);
      parts.add(new Part(first + from, values.subList(from, to)));
      from = to;
    }
    return parts;
  }

  private static Subtree of(Part part) {
    int count = part.values.size();
    List<TreeNode> nodes = new ArrayList<>(2 * count - 1);
    return new Subtree(top(part, 0, count, nodes), nodes);
  }

  /** Returns the node over {@code count} blocks, a power of two, and adds what is below and it. */
  private static TreeNode top(Part part, int from, int count, List<TreeNode> nodes) {
    if (count == 1) {
      TreeNode leaf = TreeHasher.leaf(part.first + from, part.values.get(from));
      nodes.add(leaf);
      return leaf;
    }
    int half = count / 2;
    TreeNode left = top(part, from, half, nodes);
    int between = nodes.size();
    nodes.add(left); // keeps the parent's place
    TreeNode right = top(part, from + half, half, nodes);
    TreeNode parent = TreeHasher.parent(left, right);
    nodes.set(between, parent);
    return parent;
  }

  /** The values of the blocks below one subtree, of which the first is block {@code first}. */
  private record Part(long first, List<byte[]> values) {}
}
