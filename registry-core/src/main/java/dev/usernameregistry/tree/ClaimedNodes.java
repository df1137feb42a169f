package dev.usernameregistry.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes met in one run of a proof, and whether their sizes would be certain once the top is.
 *
 * <p>A node's hash covers the sum of its children's sizes, not each of them. So a size is bound if
 * the node was computed, from a block or from children, or if its sibling's size is bound; a pair
 * that was only claimed stays unbound. {@link Implied#nodes} says why that matters.
 */
final class ClaimedNodes {
  /** Sent by the peer, sizes not bound by anything yet. */
  private final Map<Long, TreeNode> claimed = new HashMap<>();

  private final Map<Long, TreeNode> bound = new LinkedHashMap<>();

  private final List<TreeNode> unsized = new ArrayList<>();

  /** Takes in a node as the peer sent it. */
  TreeNode claim(TreeNode node) {
    if (bound.containsKey(node.index()) || claimed.put(node.index(), node) != null) {
      throw new InvalidProofException("node " + node.index() + " comes twice");
    }
    return node;
  }

  /** Takes in a node that was computed. */
  TreeNode bind(TreeNode node) {
    if (bound.put(node.index(), node) != null) {
      throw new InvalidProofException("node " + node.index() + " comes twice");
    }
    return node;
  }

  /** Returns the parent of two nodes; one that was never taken in is known to be true. */
  TreeNode join(TreeNode one, TreeNode other) {
    boolean oneClaimed = claimed.remove(one.index()) != null;
    boolean otherClaimed = claimed.remove(other.index()) != null;
    if (oneClaimed && !otherClaimed) {
      bind(one);
    } else if (otherClaimed && !oneClaimed) {
      bind(other);
    } else if (oneClaimed) {
      unsized.add(one);
      unsized.add(other);
    }
    return bind(TreeHasher.parent(one, other));
  }

  /** Takes in that the tree hash over {@code roots} covers the size of each of them. */
  void bindRoots(List<TreeNode> roots) {
    for (TreeNode root : roots) {
      if (claimed.remove(root.index()) != null) {
        bind(root);
      }
    }
  }

  /** Returns all nodes whose size is bound. */
  List<TreeNode> bound() {
    return List.copyOf(bound.values());
  }

  /** Returns all nodes that went into a parent although nothing binds their sizes. */
  List<TreeNode> unsized() {
    return List.copyOf(unsized);
  }
}
