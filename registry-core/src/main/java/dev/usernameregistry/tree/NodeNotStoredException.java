package dev.usernameregistry.tree;

/**
 * A proof leads to a node that is not stored, so that nothing can be said about it. Whoever asked
 * for it must not have counted on that node.
 */
public final class NodeNotStoredException extends InvalidProofException {
  private static final long serialVersionUID = 1L;

  /** Says which node the proof leads to. */
  public NodeNotStoredException(TreeNode node) {
    super("the proof leads to " + node + ", which is not stored");
  }
}
