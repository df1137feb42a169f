package dev.usernameregistry.tree;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Where two trees of one length part, as far as a proof of each shows it.
 *
 * @param agreedLength how many of the first blocks are certain to be the same in both
 * @param exact whether the next block is certain to differ; else there may be more that are the
 *     same
 */
public record Parting(long agreedLength, boolean exact) {

  /**
   * Compares the two trees that two proofs on {@link Roots#EMPTY} imply; both are believed already.
   * Empty if they are the same.
   */
  public static Optional<Parting> of(Implied one, Implied other) {
    return one.target()
        .firstDifference(other.target())
        .map(root -> below(root.index(), one.hashed(), other.hashed()));
  }

  /** Goes down from a node that differs as far as both know what is below it. */
  private static Parting below(long top, Map<Long, TreeNode> ones, Map<Long, TreeNode> others) {
    long index = top;
    while (FlatTree.depth(index) > 0) {
      TreeNode one = ones.get(FlatTree.leftChild(index));
      TreeNode other = others.get(FlatTree.leftChild(index));
      if (one == null || other == null) {
        break;
      }
      boolean same = Arrays.equals(one.hash(), other.hash());
      index = same ? FlatTree.rightChild(index) : FlatTree.leftChild(index);
    }
    return new Parting(FlatTree.leftSpan(index) / 2, FlatTree.depth(index) == 0);
  }
}
