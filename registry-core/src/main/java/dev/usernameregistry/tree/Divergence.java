package dev.usernameregistry.tree;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The search for how many blocks a new fork shares with the stored tree. Each step is a new value.
 *
 * <p>Compares hashes only: a node whose hash is certain stands for the same blocks wherever that
 * hash is stored. A node that is not stored counts as different, so that a sparse tree may be found
 * to share less than it does, never more.
 */
public final class Divergence {
  private final long storedLength;
  private final long sharedLength;
  private final @Nullable TreeNode differing; // null once the search has ended

  private Divergence(long storedLength, long sharedLength, @Nullable TreeNode differing) {
    this.storedLength = storedLength;
    this.sharedLength = sharedLength;
    this.differing = differing;
  }

  /**
   * Begins the search.
   *
   * @param fork what a proof of the new fork implies on {@link Roots#EMPTY}; believed already
   * @param stored the tree of the fork that is stored
   */
  public static Divergence begin(Implied fork, StoredTree stored) throws IOException {
    long storedLength = stored.roots().length();
    List<TreeNode> roots = fork.roots().nodes();
    List<Long> indexes = roots.stream().map(TreeNode::index).toList();
    List<@Nullable TreeNode> known = stored.read(indexes);
    for (int i = 0; i < roots.size(); i++) {
      if (differ(roots.get(i), known.get(i))) {
        return narrow(storedLength, roots.get(i), fork, stored);
      }
    }
    return new Divergence(storedLength, fork.roots().length(), null);
  }

  /** Returns how many blocks from the start are certain to be the same in both. */
  public long sharedLength() {
    return sharedLength;
  }

  /** Returns whether the next block is certain to differ, or not to be in one of both. */
  public boolean ended() {
    return differing == null;
  }

  /**
   * Returns what to ask a peer on the new fork next, until the search has {@link #ended}. There are
   * at most as many questions as the tree has levels.
   */
  public ProofRequest.Hash question() {
    TreeNode node = differing;
    if (node == null) {
      throw new IllegalStateException("the search has ended");
    }
    return new ProofRequest.Hash(FlatTree.leftSpan(node.index()), FlatTree.depth(node.index()));
  }

  /** Returns whether {@code answer} leads to the differing node, as only one of that fork can. */
  public boolean isAnsweredBy(Implied answer) {
    TreeNode node = differing;
    TreeNode top = answer.unproven();
    return node != null && top != null && top.index() == node.index() && !differ(top, node);
  }

  /**
   * Goes on with the answer to {@link #question}.
   *
   * @param answer what the answering proof implies
   * @throws InvalidProofException if it does not lead to the differing node; ask somebody else
   */
  public Divergence refine(Implied answer, StoredTree stored) throws IOException {
    TreeNode node = differing;
    if (node == null) {
      throw new IllegalStateException("the search has ended");
    }
    if (!isAnsweredBy(answer)) {
      throw new InvalidProofException(
          "want a way up to " + node + ", got one to " + answer.unproven());
    }
    Divergence next = narrow(storedLength, node, answer, stored);
    if (next.differing != null && next.differing.index() == node.index()) {
      throw new InvalidProofException("nothing below " + node);
    }
    return next;
  }

  /** Goes down from a differing node as far as {@code implied} knows its children. */
  private static Divergence narrow(
      long storedLength, TreeNode top, Implied implied, StoredTree stored) throws IOException {
    Map<Long, TreeNode> known = implied.hashed();
    TreeNode node = top;
    while (FlatTree.depth(node.index()) > 0) {
      TreeNode left = known.get(FlatTree.leftChild(node.index()));
      TreeNode right = known.get(FlatTree.rightChild(node.index()));
      if (left == null || right == null) {
        break;
      }
      node = differ(left, stored.read(List.of(left.index())).get(0)) ? left : right;
    }
    long start = FlatTree.leftSpan(node.index()) / 2;
    boolean ended = FlatTree.depth(node.index()) == 0 || start >= storedLength;
    return new Divergence(storedLength, Math.min(start, storedLength), ended ? null : node);
  }

  private static boolean differ(TreeNode node, @Nullable TreeNode other) {
    return other == null || !Arrays.equals(node.hash(), other.hash());
  }
}
