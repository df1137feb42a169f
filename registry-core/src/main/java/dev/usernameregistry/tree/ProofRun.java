package dev.usernameregistry.tree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of one proof: folds the seek part, then the block or hash part, then grows the roots.
 * Each part may be taken into the next. Work and memory are bounded by the nodes in the proof.
 */
final class ProofRun {
  private final Proof proof;
  private final Roots roots;
  private final ClaimedNodes nodes = new ClaimedNodes();

  /** Top of the parts folded so far that nothing has taken in yet. */
  private @Nullable TreeNode loose;

  ProofRun(Proof proof, Roots roots) {
    this.proof = proof;
    this.roots = roots;
  }

  Implied run() {
    if (proof.block() != null && proof.hash() != null) {
      throw new InvalidProofException("both a block and a hash part");
    }
    if (proof.seek() != null && !proof.seek().nodes().isEmpty()) {
      foldSeek(proof.seek());
    }
    if (proof.block() != null) {
      foldBlock(proof.block());
    } else if (proof.hash() != null) {
      foldHash(proof.hash());
    }
    if (proof.upgrade() == null) {
      return new Implied(roots, roots, loose, nodes.bound(), nodes.unsized());
    }
    return grow(proof.upgrade());
  }

  private void foldSeek(Proof.Seek seek) {
    TreeNode start = nodes.claim(seek.nodes().get(0));
    loose = climb(start, new Given(seek.nodes(), 1));
  }

  private void foldBlock(Proof.Block block) {
    int count = block.values().size();
    boolean subtree = Integer.bitCount(count) == 1 && block.index() % count == 0;
    if (!subtree || block.index() > FlatTree.BLOCKS_MAX - count) {
      throw new InvalidProofException(count + " blocks from block " + block.index());
    }
    Subtree computed = new Subtree.Part(block.index(), block.values()).hash();
    computed.nodes().forEach(nodes::bind);
    loose = climb(computed.top(), new Given(block.nodes(), 0));
  }

  private void foldHash(Proof.Hash hash) {
    Given given = new Given(hash.nodes(), 0);
    loose = climb(given.take(hash.index()), given);
  }

  /** Joins {@code start} with its sibling again and again until nothing given is left. */
  private TreeNode climb(TreeNode start, Given given) {
    TreeNode node = start;
    while (given.left() > 0 || loose != null) {
      node = nodes.join(node, given.take(FlatTree.sibling(node.index())));
    }
    return node;
  }

  private Implied grow(Proof.Upgrade upgrade) {
    if (upgrade.start() != roots.length()) {
      throw new InvalidProofException(
          "upgrade from " + upgrade.start() + " blocks, have " + roots.length());
    }
    long length = upgrade.start() + upgrade.length();
    if (upgrade.length() < 1 || length > FlatTree.BLOCKS_MAX) {
      throw new InvalidProofException(upgrade.start() + " + " + upgrade.length() + " blocks");
    }
    GrowingRoots growing = new GrowingRoots(roots, nodes::join);
    push(growing, length, new Given(upgrade.nodes(), 0));
    Roots target = growing.toRoots();
    TreeNode unproven = loose;
    loose = null; // additional nodes take in no other part
    pushAdditional(growing, upgrade.additionalNodes());
    Roots signed = growing.toRoots();
    nodes.bindRoots(signed.nodes());
    return new Implied(signed, target, unproven, nodes.bound(), nodes.unsized());
  }

  private static void push(GrowingRoots growing, long length, Given given) {
    for (long index : FlatTree.growth(growing.length(), length)) {
      growing.push(given.take(index));
    }
    if (given.left() > 0) {
      throw new InvalidProofException(given.left() + " nodes more than needed");
    }
  }

  /** The last additional node tells how many blocks there are in the end. */
  private void pushAdditional(GrowingRoots growing, List<TreeNode> additional) {
    if (additional.isEmpty()) {
      return;
    }
    long last = additional.get(additional.size() - 1).index();
    long length = FlatTree.lastBlock(last) + 1;
    if (length <= growing.length() || length > FlatTree.BLOCKS_MAX) {
      throw new InvalidProofException("additional node " + last + " ends at block " + length);
    }
    push(growing, length, new Given(additional, 0));
  }

  /** The nodes of one part, which are taken in their order, and the loose top, which may cut in. */
  private final class Given {
    private final List<TreeNode> list;
    private int next;

    Given(List<TreeNode> list, int next) {
      this.list = list;
      this.next = next;
    }

    int left() {
      return list.size() - next;
    }

    TreeNode take(long index) {
      TreeNode top = loose;
      if (top != null && top.index() == index) {
        loose = null;
        return top;
      }
      if (left() == 0) {
        throw new InvalidProofException("want node " + index + ", got no more");
      }
      TreeNode node = list.get(next++);
      if (node.index() != index) {
        throw new InvalidProofException("want node " + index + ", got " + node.index());
      }
      return nodes.claim(node);
    }
  }
}
