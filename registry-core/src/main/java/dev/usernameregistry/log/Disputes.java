package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.Divergence;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Implied;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.StoredTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the trees of one fork that a writer signed: one that a peer shows with what is stored
 * and with others that were shown. If two of them differ, it freezes the log, and searches for the
 * first block in which they do. All that it is given has been checked. Not thread-safe.
 */
final class Disputes {
  /** How many trees are kept to be compared with others. */
  private static final int SHOWN_MAX = 4;

  private final Key key;

  /** The last trees that peers showed; as all logs have such lists, they take room once used. */
  private final List<SignedTree> shown = new ArrayList<>();

  /** For the first blocks in which the log differs from other trees. */
  private final List<Search> searches = new ArrayList<>();

  Disputes(Key key) {
    this.key = key;
  }

  /**
   * A peer has shown {@code tree}. Returns a conflict if the log is frozen now; that nothing came
   * of it if not.
   */
  Applied compare(Draft draft, Manifest manifest, SignedTree tree) throws IOException {
    Optional<Evidence> own = compareWithStored(draft, manifest, tree);
    own.ifPresent(evidence -> accuse(draft, evidence));
    compareWithShown(draft, manifest, tree);
    remember(tree);
    Optional<Evidence> present = draft.evidence();
    if (present.isEmpty()) {
      return new Applied.Outdated();
    }
    if (own.isEmpty() || !own.get().couldSupersede(present.get())) {
      return new Applied.Conflict(present.get(), Optional.empty());
    }
    for (Search search : searches) {
      if (search.tree.isSameAs(tree)) {
        return search.conflict(present.get()); // another peer's answers may have led further
      }
    }
    return goOn(draft, present.get(), Search.begin(draft, manifest, tree));
  }

  /** Takes the answer to the question of an {@link Applied.Conflict}, if it is one. */
  Applied narrow(Draft draft, Evidence present, Proof proof, Proof.Hash node) throws IOException {
    Implied answer = proof.run(Roots.EMPTY);
    for (Search search : searches) {
      if (search.divergence.isAnsweredBy(answer)) {
        Search further = search.refine(draft, answer);
        searches.remove(search);
        return goOn(draft, present, further);
      }
    }
    boolean late = searches.stream().noneMatch(search -> search.asks(node.index()));
    return late && !searches.isEmpty()
        ? searches.get(searches.size() - 1).conflict(present)
        : new Applied.Conflict(present, Optional.empty()); // of another tree
  }

  private Applied goOn(Draft draft, Evidence present, Search next) throws IOException {
    if (!next.divergence.ended()) {
      searches.add(next);
      if (searches.size() > SHOWN_MAX) {
        searches.remove(0);
      }
      return next.conflict(present);
    }
    Optional<SignedTree> withLeaf = next.treeWithLeaf();
    if (withLeaf.isPresent()) {
      compareWithStored(draft, next.manifest, withLeaf.get())
          .ifPresent(evidence -> accuse(draft, evidence));
    }
    return new Applied.Conflict(draft.evidence().orElse(present), Optional.empty());
  }

  private static void accuse(Draft draft, Evidence found) {
    if (isNews(draft, found)) {
      draft.accuse(found);
    }
  }

  private static boolean isNews(Draft draft, Evidence found) {
    return draft.evidence().isEmpty() || found.supersedes(draft.evidence().get());
  }

  /** Empty if the stored tree is the same, or too little of it is stored to show it to others. */
  private Optional<Evidence> compareWithStored(Draft draft, Manifest manifest, SignedTree tree)
      throws IOException {
    long length = tree.roots.length();
    Optional<Roots> own = length > draft.head().length() ? Optional.empty() : draft.rootsAt(length);
    if (own.isEmpty() || own.get().sameBlocks(tree.roots)) {
      return Optional.empty();
    }
    Made made = draft.tree().prove(tree.request());
    if (made instanceof Made.Refused) {
      made = draft.tree().prove(tree.withoutLeaf().request());
    }
    if (!(made instanceof Made.Ready ready)) {
      return Optional.empty();
    }
    Proof ours = ready.proof().withSignature(draft.head().signature());
    return Optional.of(Evidence.of(key, manifest, ours, tree.proof));
  }

  /**
   * Two trees that were shown count if the log is as long as both may agree, and holds what they
   * certainly do. Else there is more of it to come, which a frozen log does not take, or it has a
   * third tree.
   */
  private void compareWithShown(Draft draft, Manifest manifest, SignedTree tree)
      throws IOException {
    for (SignedTree other : shown) {
      if (!tree.contradicts(other)) {
        continue;
      }
      Evidence evidence = Evidence.of(key, manifest, other.proof, tree.proof);
      List<TreeNode> agreed = tree.nodesOver(evidence.agreedLength());
      if (draft.head().length() >= evidence.agreedAtMost()
          && isNews(draft, evidence)
          && !hasOther(draft, agreed)) {
        putMissing(draft, agreed);
        draft.accuse(evidence);
      }
    }
  }

  private void remember(SignedTree tree) {
    shown.removeIf(other -> tree.isSameAs(other) && other.saysNoMoreThan(tree));
    shown.add(tree);
    if (shown.size() > SHOWN_MAX) {
      shown.remove(0);
    }
  }

  private static boolean hasOther(Draft draft, List<TreeNode> nodes) throws IOException {
    for (TreeNode node : nodes) {
      TreeNode stored = draft.node(node.index());
      if (stored != null && !Arrays.equals(stored.hash(), node.hash())) {
        return true;
      }
    }
    return false;
  }

  /** The size of such a node may be a lie; a block below it then says what it is. */
  private static void putMissing(Draft draft, List<TreeNode> nodes) throws IOException {
    for (TreeNode node : nodes) {
      if (draft.node(node.index()) == null) {
        draft.putAll(List.of(node));
      }
    }
  }

  /**
   * A whole tree that the writer signed, alone or as part of a longer one.
   *
   * @param proof of an upgrade from 0 to it, and perhaps of one leaf in it (hash part)
   */
  record SignedTree(Roots roots, Proof proof) {

    /** Returns the tree that {@code proof} shows. */
    static SignedTree of(Proof proof, Proof.Upgrade upgrade, Implied implied) {
      Proof.Hash hash = proof.hash();
      boolean whole =
          upgrade.start() == 0
              && proof.block() == null
              && proof.seek() == null
              && implied.unproven() == null
              && (hash == null || FlatTree.depth(hash.index()) == 0);
      Roots target = implied.target();
      return new SignedTree(
          target,
          whole
              ? new Proof(0, proof.fork(), null, hash, null, upgrade, null)
              : Evidence.ofRoots(proof.fork(), target, upgrade));
    }

    /** Returns whether this has no leaf, or that of another proof of this tree. */
    boolean saysNoMoreThan(SignedTree other) {
      return proof.hash() == null || request().equals(other.request());
    }

    SignedTree withoutLeaf() {
      return new SignedTree(roots, Evidence.ofRoots(proof));
    }

    /** Returns what has to be asked for to get the same of another tree. */
    ProofRequest request() {
      Proof.Hash leaf = proof.hash();
      return request(leaf == null ? null : new ProofRequest.Hash(leaf.index(), 0));
    }

    private ProofRequest request(ProofRequest.@Nullable Hash leaf) {
      ProofRequest.Upgrade whole = new ProofRequest.Upgrade(0, roots.length());
      return new ProofRequest(0, proof.fork(), null, leaf, null, whole, false, 0);
    }

    boolean contradicts(SignedTree other) {
      return isComparable(other) && !roots.sameBlocks(other.roots);
    }

    boolean isSameAs(SignedTree other) {
      return isComparable(other) && roots.sameBlocks(other.roots);
    }

    private boolean isComparable(SignedTree other) {
      return proof.fork() == other.proof.fork() && roots.length() == other.roots.length();
    }

    /** Returns the roots over the first {@code length} blocks, which the proof must tell. */
    List<TreeNode> nodesOver(long length) {
      Map<Long, TreeNode> known = proof.run(Roots.EMPTY).hashed();
      List<TreeNode> nodes = new ArrayList<>();
      for (long index : FlatTree.fullRoots(length)) {
        TreeNode node = known.get(index);
        if (node == null) {
          throw new AssertionError("node " + index + " is not in the proof");
        }
        nodes.add(node);
      }
      return nodes;
    }
  }

  /**
   * The search for the first block in which the log differs from {@code tree}.
   *
   * @param signed the roots over which {@code tree} was signed
   * @param nodes what is known below them
   */
  private record Search(
      Manifest manifest,
      SignedTree tree,
      Roots signed,
      Divergence divergence,
      Map<Long, TreeNode> nodes) {

    static Search begin(Draft draft, Manifest manifest, SignedTree tree) throws IOException {
      Implied implied = tree.proof.run(Roots.EMPTY);
      Divergence divergence = Divergence.begin(implied, draft.tree());
      return new Search(manifest, tree, implied.roots(), divergence, implied.hashed());
    }

    Search refine(Draft draft, Implied answer) throws IOException {
      Map<Long, TreeNode> more = new HashMap<>(nodes);
      more.putAll(answer.hashed());
      correctSize(answer.unproven(), more);
      return new Search(manifest, tree, signed, divergence.refine(answer, draft.tree()), more);
    }

    /**
     * Somebody may have lied about the sizes of two siblings, of which only the sum is hashed. One
     * that was computed says how large both are.
     */
    private void correctSize(@Nullable TreeNode computed, Map<Long, TreeNode> more) {
      TreeNode claimed = computed == null ? null : nodes.get(computed.index());
      TreeNode sibling = computed == null ? null : nodes.get(FlatTree.sibling(computed.index()));
      if (computed != null && claimed != null && sibling != null) {
        long size = sibling.size() + claimed.size() - computed.size();
        more.put(sibling.index(), new TreeNode(sibling.index(), size, sibling.hash()));
        more.put(computed.index(), computed);
      }
    }

    boolean asks(long index) {
      return divergence.question().index() == index;
    }

    Applied.Conflict conflict(Evidence present) {
      return new Applied.Conflict(present, Optional.of(divergence.question()));
    }

    /**
     * Returns the tree with the leaf that was found. Empty if that is not in both trees, or a size
     * that a peer claimed was a lie.
     */
    Optional<SignedTree> treeWithLeaf() throws IOException {
      ProofRequest.Hash leaf = new ProofRequest.Hash(2 * divergence.sharedLength(), 0);
      StoredTree theirs =
          new StoredTree(signed, indexes -> Arrays.stream(indexes).mapToObj(nodes::get).toList());
      Proof.Upgrade upgrade = tree.proof.upgrade();
      if (upgrade == null || !(theirs.prove(tree.request(leaf)) instanceof Made.Ready ready)) {
        return Optional.empty();
      }
      Proof proof = ready.proof().withSignature(Evidence.signature(upgrade));
      return proof.run(Roots.EMPTY).roots().equals(signed)
          ? Optional.of(new SignedTree(tree.roots, proof))
          : Optional.empty();
    }
  }
}
