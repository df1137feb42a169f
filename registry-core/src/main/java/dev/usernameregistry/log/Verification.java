package dev.usernameregistry.log;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.Divergence;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Implied;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.NodeNotStoredException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks what peers prove about one log, and takes what holds into a draft. A draft is changed only
 * after everything about a proof has been checked. Not thread-safe.
 */
final class Verification {
  private final Key key;
  private final Disputes disputes;

  /** The later fork whose shared blocks are being searched for. */
  private @Nullable LaterFork laterFork;

  Verification(Key key) {
    this.key = key;
    this.disputes = new Disputes(key);
  }

  /**
   * Takes one proof into {@code draft}.
   *
   * @throws dev.usernameregistry.codec.PeerFault if the proof does not hold; {@code draft} is as it
   *     was
   */
  Applied accept(Draft draft, Proof proof) throws IOException {
    if (draft.evidence().isPresent()) {
      return acceptFrozen(draft, draft.evidence().get(), proof);
    }
    long fork = draft.head().fork();
    Proof.Upgrade upgrade = proof.upgrade();
    if (proof.fork() != fork) {
      return proof.fork() < fork ? new Applied.OtherFork(proof.fork()) : follow(draft, proof);
    }
    if (upgrade == null || upgrade.start() >= draft.head().length()) {
      return acceptNext(draft, proof);
    }
    return acceptEarlier(draft, proof, upgrade);
  }

  /**
   * Takes into a frozen log a block that is not known to be in dispute, and what shows how far two
   * trees agree; nothing else.
   */
  private Applied acceptFrozen(Draft draft, Evidence evidence, Proof proof) throws IOException {
    if (proof.fork() != draft.head().fork()) {
      return new Applied.Conflict(evidence, Optional.empty());
    }
    Proof.Upgrade upgrade = proof.upgrade();
    Proof.Block block = proof.block();
    long undisputed = evidence.undisputed(draft.head().length());
    if (upgrade == null && block != null && block.end() <= undisputed) {
      return acceptNext(draft, proof);
    }
    if (upgrade != null && upgrade.start() == 0 && block == null) {
      return acceptEarlier(draft, proof, upgrade);
    }
    return upgrade == null && proof.hash() != null
        ? disputes.narrow(draft, evidence, proof, proof.hash())
        : new Applied.Conflict(evidence, Optional.empty());
  }

  private Applied acceptNext(Draft draft, Proof proof) throws IOException {
    Optional<HeadVerifier> verifier = verifier(draft, proof);
    Implied implied = proof.run(draft.head().roots());
    Proof.Upgrade upgrade = proof.upgrade();
    if (isLateAnswer(draft, proof, implied)) {
      return new Applied.Outdated();
    }
    if (upgrade != null) {
      requireSigned(verifier.orElseThrow(), implied, proof, upgrade);
    }
    requireStored(draft, proof, implied.unproven());
    boolean learnt = learn(draft, verifier);
    if (upgrade != null) {
      draft.moveTo(new Head(proof.fork(), implied.roots(), Evidence.signature(upgrade)));
    }
    boolean stored = take(draft, proof, implied.nodes());
    return learnt || stored || upgrade != null
        ? new Applied.Stored(draft.head().length())
        : new Applied.NothingNew();
  }

  /**
   * Returns whether this is a node in answer to a question that the search for a fork no longer
   * asks: it leads to a node that the log, which is on that fork by now, had no reason to keep.
   */
  private static boolean isLateAnswer(Draft draft, Proof proof, Implied implied)
      throws IOException {
    TreeNode top = implied.unproven();
    return proof.hash() != null
        && proof.upgrade() == null
        && top != null
        && draft.node(top.index()) == null;
  }

  /**
   * Checks an upgrade that starts before the present length: one that came late, or the answer to a
   * question whether the peer has the same tree. It either agrees with what is stored or shows that
   * the writer signed twice.
   */
  private Applied acceptEarlier(Draft draft, Proof proof, Proof.Upgrade upgrade)
      throws IOException {
    long length = upgrade.start() + upgrade.length();
    if (proof.block() != null && proof.block().end() > length) {
      throw new InvalidProofException( // nobody asks so; its nodes could not be kept below
          "block " + proof.block().index() + " comes with a head of " + length + " blocks");
    }
    Optional<Roots> start = draft.rootsAt(upgrade.start());
    Optional<Roots> own = length > draft.head().length() ? Optional.empty() : draft.rootsAt(length);
    if (start.isEmpty() || (own.isEmpty() && upgrade.start() > 0)) {
      return new Applied.Outdated();
    }
    HeadVerifier verifier = verifier(draft, proof).orElseThrow();
    Implied implied = proof.run(start.get());
    requireSigned(verifier, implied, proof, upgrade);
    Applied compared =
        disputes.compare(
            draft, verifier.manifest(), Disputes.SignedTree.of(proof, upgrade, implied));
    boolean same = own.isPresent() && implied.target().sameBlocks(own.get());
    if (!same || compared instanceof Applied.Conflict) {
      return compared;
    }
    requireStored(draft, proof, implied.unproven());
    List<TreeNode> agreed = new ArrayList<>(implied.nodes());
    agreed.removeIf(node -> !FlatTree.complete(node.index(), length));
    return take(draft, proof, agreed)
        ? new Applied.Stored(draft.head().length())
        : new Applied.NothingNew();
  }

  private Applied follow(Draft draft, Proof proof) throws IOException {
    Proof.Upgrade upgrade = proof.upgrade();
    if (upgrade == null) {
      return goOnFollowing(draft, proof);
    }
    if (upgrade.start() != 0) {
      return new Applied.OtherFork(proof.fork());
    }
    HeadVerifier verifier = verifier(draft, proof).orElseThrow();
    Implied implied = proof.run(Roots.EMPTY);
    requireSigned(verifier, implied, proof, upgrade);
    if (implied.unproven() != null) {
      throw new InvalidProofException(implied.unproven() + " is not in the tree of the new fork");
    }
    LaterFork known = laterFork;
    if (known != null && known.isOf(draft, proof) && known.head.roots().equals(implied.roots())) {
      return known.following(); // another peer's answers have led further already
    }
    Head head = new Head(proof.fork(), implied.roots(), Evidence.signature(upgrade));
    Divergence divergence = Divergence.begin(implied, draft.tree());
    long from = draft.head().fork();
    return arrive(draft, new LaterFork(from, head, verifier, divergence, implied.nodes()));
  }

  private Applied goOnFollowing(Draft draft, Proof proof) throws IOException {
    LaterFork fork = laterFork;
    if (fork == null || !fork.isOf(draft, proof) || proof.hash() == null) {
      return new Applied.OtherFork(proof.fork());
    }
    if (proof.hash().index() != fork.divergence.question().index()) {
      return fork.following();
    }
    Implied implied = proof.run(fork.head.roots());
    Divergence divergence = fork.divergence.refine(implied, draft.tree());
    List<TreeNode> nodes = new ArrayList<>(fork.nodes);
    nodes.addAll(implied.nodes());
    return arrive(draft, new LaterFork(fork.from, fork.head, fork.verifier, divergence, nodes));
  }

  /** Moves to the later fork if it is known which blocks stay; else says what has to be asked. */
  private Applied arrive(Draft draft, LaterFork fork) {
    if (!fork.divergence.ended()) {
      laterFork = fork;
      return fork.following();
    }
    laterFork = null;
    learn(draft, Optional.of(fork.verifier));
    draft.cut(fork.divergence.sharedLength());
    draft.putAll(fork.nodes);
    draft.moveTo(fork.head);
    return new Applied.Stored(fork.head.length());
  }

  /**
   * Returns who may sign: as known, as the proof tells, or, if neither says, the signer that the
   * key itself would be. Empty only if the proof has neither an upgrade nor a manifest.
   */
  private Optional<HeadVerifier> verifier(Draft draft, Proof proof) {
    byte[] told = proof.manifest();
    if (told != null) {
      Optional<HeadVerifier> verifier = HeadVerifier.of(key, Manifest.decode(new WireReader(told)));
      if (verifier.isEmpty()) {
        throw new InvalidProofException("the manifest is not that of log " + key);
      }
      if (draft.verifier().isEmpty()) {
        verifier.get().requireLearnable();
      }
      return draft.verifier().or(() -> verifier);
    }
    if (draft.verifier().isPresent() || proof.upgrade() == null) {
      return draft.verifier();
    }
    return HeadVerifier.of(key, Manifest.single(key));
  }

  private static void requireSigned(
      HeadVerifier verifier, Implied implied, Proof proof, Proof.Upgrade upgrade) {
    verifier.requireShort(Evidence.signature(upgrade));
    requirePrologue(verifier, upgrade.start(), implied.target(), proof.fork());
    if (!verifier.verify(implied.roots(), proof.fork(), Evidence.signature(upgrade))) {
      throw new InvalidProofException(
          "no valid signature over " + implied.roots() + " at fork " + proof.fork());
    }
  }

  private static void requirePrologue(HeadVerifier verifier, long start, Roots target, long fork) {
    long pinned = verifier.pinnedLength();
    if (start < pinned && (start != 0 || target.length() < pinned)) {
      throw new InvalidProofException(
          "upgrade from " + start + " to " + target.length() + ", but " + pinned + " are pinned");
    }
    HeadVerifier.Signed signed = new HeadVerifier.Signed(target.treeHash(), target.length(), fork);
    if (pinned > 0 && target.length() == pinned && !verifier.isPrologue(signed)) {
      throw new InvalidProofException("the first blocks are not those that the manifest pins");
    }
  }

  /** A node that was computed from a block says its size by its hash: a stored one may not be. */
  private static void requireStored(Draft draft, Proof proof, @Nullable TreeNode node)
      throws IOException {
    if (node == null) {
      return;
    }
    TreeNode stored = draft.node(node.index());
    if (stored == null) {
      throw new NodeNotStoredException(node);
    }
    boolean same =
        proof.block() == null ? node.equals(stored) : Arrays.equals(node.hash(), stored.hash());
    if (!same) {
      throw new InvalidProofException("the proof leads to " + node + ", stored is " + stored);
    }
  }

  private static boolean learn(Draft draft, Optional<HeadVerifier> verifier) {
    if (verifier.isEmpty() || draft.verifier().isPresent()) {
      return false;
    }
    draft.learn(verifier.get());
    return true;
  }

  /** Takes in nodes and the blocks; returns whether that can be anything new. */
  private static boolean take(Draft draft, Proof proof, List<TreeNode> nodes) {
    Proof.Block block = proof.block();
    if (block != null && draft.lacks(block)) {
      draft.putAll(nodes);
      draft.putAll(block);
      return true;
    }
    if (proof.upgrade() != null || proof.hash() != null || proof.seek() != null) {
      draft.putAll(nodes);
    }
    return proof.hash() != null || proof.seek() != null;
  }

  /**
   * A later fork, of which not yet everything is known.
   *
   * @param from the fork of the log that it is compared with
   * @param head signed by the writer
   * @param nodes what is certain of its tree so far
   */
  private record LaterFork(
      long from, Head head, HeadVerifier verifier, Divergence divergence, List<TreeNode> nodes) {

    /** Returns whether {@code proof} is of it, and the log has not been cut here meanwhile. */
    boolean isOf(Draft draft, Proof proof) {
      return head.fork() == proof.fork() && from == draft.head().fork();
    }

    Applied following() {
      return new Applied.Following(head.fork(), divergence.question());
    }
  }
}
