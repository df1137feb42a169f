package dev.usernameregistry.tree;

import java.util.Arrays;

/**
 * Index arithmetic of an in-order binary tree laid out flat: the leaf of block b is node 2b, and
 * node i at depth d stands between its children i - 2ᵈ⁻¹ and i + 2ᵈ⁻¹.
 *
 * <pre>
 *        3
 *    1       5
 *  0   2   4   6      the leaves of blocks 0, 1, 2 and 3
 * </pre>
 *
 * <p>Every argument is a node or a length that {@link #BLOCKS_MAX} allows; no result overflows
 * then. Compatible with flat-tree.
 */
public final class FlatTree {
  /** Most blocks that one log can have: its last node must fit into a wire integer. */
  public static final long BLOCKS_MAX = 1L << 52;

  private FlatTree() {}

  /** Returns the depth of node {@code index}; leaves are at depth 0. */
  public static int depth(long index) {
    return Long.numberOfTrailingZeros(index + 1);
  }

  /** Returns which node of its depth {@code index} is, counting from 0 on the left. */
  public static long offset(long index) {
    return index >>> (depth(index) + 1);
  }

  /**
   * Returns the node at {@code depth} and {@code offset}: {@code index(depth(i), offset(i)) == i}.
   */
  public static long index(int depth, long offset) {
    return ((2 * offset + 1) << depth) - 1;
  }

  /** Returns the node above {@code index}. */
  public static long parent(long index) {
    return index(depth(index) + 1, offset(index) >>> 1);
  }

  /** Returns the other child of the parent: {@code sibling(sibling(i)) == i}. */
  public static long sibling(long index) {
    return index(depth(index), offset(index) ^ 1);
  }

  /**
   * Returns the left child.
   *
   * @throws IllegalArgumentException if {@code index} is a leaf
   */
  public static long leftChild(long index) {
    return index - halfSpan(index);
  }

  /**
   * Returns the right child.
   *
   * @throws IllegalArgumentException if {@code index} is a leaf
   */
  public static long rightChild(long index) {
    return index + halfSpan(index);
  }

  /** Returns the first leaf at or below {@code index}. */
  public static long leftSpan(long index) {
    return index - leaves(index) + 1;
  }

  /** Returns the last leaf at or below {@code index}. */
  public static long rightSpan(long index) {
    return index + leaves(index) - 1;
  }

  /** Returns how many leaves there are at or below {@code index}. */
  public static long leaves(long index) {
    return Long.lowestOneBit(index + 1);
  }

  /** Returns whether {@code other} is {@code index} or a node below it. */
  public static boolean contains(long index, long other) {
    return leftSpan(index) <= other && other <= rightSpan(index);
  }

  /** Returns whether every leaf of {@code index} is below the block number {@code length}. */
  public static boolean complete(long index, long length) {
    return rightSpan(index) < 2 * length;
  }

  /** Returns the block that completes {@code index}: the last one below it. */
  public static long lastBlock(long index) {
    return rightSpan(index) / 2;
  }

  /**
   * Returns how many nodes {@code block} completes: its leaf, and each node above of which that is
   * the last leaf.
   */
  public static int completedBy(long block) {
    return 1 + Long.numberOfTrailingZeros(~block);
  }

  /**
   * Compares two nodes by when they are complete if blocks come in order: first by the block that
   * completes them, then from the leaf up.
   */
  public static int compareByCompletion(long index, long other) {
    int byBlock = Long.compare(rightSpan(index), rightSpan(other));
    return byBlock != 0 ? byBlock : Long.compare(other, index);
  }

  /** Returns the tops of the complete subtrees over {@code length} blocks, left to right. */
  public static long[] fullRoots(long length) {
    long[] roots = new long[Long.bitCount(length)];
    long first = 0; // first block that no root stands over yet
    for (int i = 0; i < roots.length; i++) {
      long leaves = Long.highestOneBit(length - first);
      roots[i] = 2 * first + leaves - 1;
      first += leaves;
    }
    return roots;
  }

  /**
   * Returns what a holder of the roots over {@code from} blocks lacks to compute those over {@code
   * to} blocks, in the order in which it needs them: first the right siblings on the way from its
   * last root up to the new root above it, then each new root. {@code from} must not exceed {@code
   * to}; {@code growth(0, to)} equals {@code fullRoots(to)}.
   */
  public static long[] growth(long from, long to) {
    long[] nodes = new long[2 * Long.SIZE];
    int count = 0;
    for (long root : fullRoots(to)) {
      if (complete(root, from)) {
        continue;
      }
      if (from == 0 || !contains(root, 2 * from - 2)) {
        nodes[count++] = root;
        continue;
      }
      for (long below = 2 * from - 2; below != root; below = parent(below)) {
        long sibling = sibling(below);
        if (sibling > below) {
          nodes[count++] = sibling;
        }
      }
    }
    return Arrays.copyOf(nodes, count);
  }

  /**
   * Returns the siblings met on the way from {@code index} up to {@code top}, lowest first. {@code
   * top} must contain {@code index}.
   */
  public static long[] siblings(long index, long top) {
    long[] nodes = new long[depth(top) - depth(index)];
    long below = index;
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = sibling(below);
      below = parent(below);
    }
    return nodes;
  }

  private static long halfSpan(long index) {
    if ((index & 1) == 0) {
      throw new IllegalArgumentException("node " + index + " is a leaf");
    }
    return leaves(index) >>> 1;
  }
}
