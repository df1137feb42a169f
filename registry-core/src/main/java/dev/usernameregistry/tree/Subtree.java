package dev.usernameregistry.tree;

import java.util.ArrayList;
import java.util.List;

/**
 * A complete subtree, made of all its blocks.
 *
 * @param top the node over all of them
 * @param nodes all its nodes in the order in which blocks complete them; {@code top} is the last
 */
public record Subtree(TreeNode top, List<TreeNode> nodes) {
  /** Most blocks below one, so that the hashing can be shared out: some hundred microseconds. */
  private static final int BLOCKS_MAX = 256;

  /**
   * Cuts {@code values} into what is below one subtree each, left to right.
   *
   * @param first the block that the first of them is
   */
  public static List<Part> parts(long first, List<byte[]> values) {
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
    TreeNode right = top(part, from + half, half, nodes);
    TreeNode parent = TreeHasher.parent(left, right);
    nodes.add(parent);
    return parent;
  }

  /** The values of the blocks below one subtree, of which the first is block {@code first}. */
  public record Part(long first, List<byte[]> values) {

    /** Returns the subtree over them. */
    public Subtree hash() {
      return of(this);
    }
  }
}
