package dev.usernameregistry.log;

import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Implied;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.NodeReader;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.StoredTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes proofs of a log as it was at one moment, and counts what is missing for others. */
final class Proving {
  static final Made OTHER_FORK =
      new Made.Refused(Made.Reason.NOT_AVAILABLE, "the log has another fork");

  private Proving() {}

  /** Where the values of blocks are read. */
  interface BlockReader {
    /** Returns the blocks below {@code to} from {@code from} on, but only as many as there are. */
    List<byte[]> readBlocks(long from, long to) throws IOException;
  }

  static Made prove(NodeReader nodes, BlockReader blocks, Snapshot log, ProofRequest request)
      throws IOException {
    byte[] manifest = null;
    if (request.manifest() && log.verifier().isPresent()) {
      manifest = log.verifier().get().encodedManifest();
    }
    if (request.fork() != log.head().fork()) {
      return manifest == null
          ? OTHER_FORK
          : new Made.Ready(
              new Proof(request.id(), log.head().fork(), null, null, null, null, manifest));
    }
    ProofRequest whole = withWholePrologue(log, request);
    StoredTree own = new StoredTree(log.head().roots(), nodes);
    Made made = prove(own, blocks, log.head().signature(), whole);
    if (made instanceof Made.Refused refused
        && refused.reason() == Made.Reason.NOT_AVAILABLE
        && log.evidence().isPresent()
        && isOfNewBlocks(log, whole)) {
      made = proveByEvidence(nodes, blocks, log.evidence().get(), whole).orElse(made);
    }
    return manifest != null && made instanceof Made.Ready ready
        ? new Made.Ready(ready.proof().withManifest(manifest))
        : made;
  }

  private static Made prove(
      StoredTree tree, BlockReader blocks, byte[] signature, ProofRequest request)
      throws IOException {
    Made made = tree.prove(request);
    if (!(made instanceof Made.Ready ready)) {
      return made;
    }
    Proof proof = ready.proof();
    if (proof.block() != null) {
      ProofRequest.Block wanted = Objects.requireNonNull(request.block());
      List<byte[]> values = blocks.readBlocks(wanted.index(), wanted.end());
      if (values.size() < wanted.count()) {
        String why = "block " + (wanted.index() + values.size()) + " is not stored";
        return new Made.Refused(Made.Reason.NOT_AVAILABLE, why);
      }
      proof = proof.withValues(values);
    }
    return new Made.Ready(proof.upgrade() == null ? proof : proof.withSignature(signature));
  }

  /**
   * Returns whether a longer log is asked for, all of whose new blocks are stored, and nothing of
   * what is in the shorter one. Without a block, the size of a node over it may be a lie of whoever
   * told of the conflict.
   */
  private static boolean isOfNewBlocks(Snapshot log, ProofRequest request) {
    ProofRequest.Block block = request.block();
    ProofRequest.Upgrade upgrade = request.upgrade();
    if (upgrade == null || request.hash() != null || request.seek() != null) {
      return false;
    }
    long end = upgrade.start() + upgrade.length();
    return end <= log.length()
        && log.stored().next(upgrade.start(), end, false) >= end
        && (block == null || block.index() >= upgrade.start());
  }

  /**
   * Proves blocks beyond dispute in a tree that the evidence shows: of one's own, the nodes that
   * lead from there to its end may never have been here.
   */
  private static Optional<Made> proveByEvidence(
      NodeReader nodes, BlockReader blocks, Evidence evidence, ProofRequest request)
      throws IOException {
    ProofRequest.Upgrade upgrade = Objects.requireNonNull(request.upgrade());
    for (Proof shown : evidence.proofs()) {
      StoredTree tree = shownTree(shown, nodes);
      byte[] signature = Evidence.signature(Objects.requireNonNull(shown.upgrade()));
      Made made = prove(tree, blocks, signature, request);
      if (made instanceof Made.Ready ready && holds(tree, ready.proof(), upgrade.start())) {
        return Optional.of(made);
      }
    }
    return Optional.empty();
  }

  /** Returns the tree that a proof shows, with what is stored where it tells nothing. */
  private static StoredTree shownTree(Proof shown, NodeReader nodes) {
    Implied implied = shown.run(Roots.EMPTY);
    Map<Long, TreeNode> told = implied.hashed();
    return new StoredTree(
        implied.roots(),
        indexes -> {
          List<@Nullable TreeNode> found = new ArrayList<>(nodes.readNodes(indexes));
          for (int i = 0; i < indexes.length; i++) {
            TreeNode stored = found.get(i);
            TreeNode node = told.get(indexes[i]);
            if (node != null && (stored == null || !Arrays.equals(stored.hash(), node.hash()))) {
              found.set(i, node);
            }
          }
          return found;
        });
  }

  /**
   * Returns whether a proof that was made of such a tree holds for whoever has {@code start}
   * blocks. If a size behind what is proved is a lie, it does not, and nobody is to blame us for
   * that.
   */
  private static boolean holds(StoredTree tree, Proof proof, long start) throws IOException {
    List<TreeNode> before = new ArrayList<>();
    for (TreeNode root : tree.nodes().readNodes(FlatTree.fullRoots(start))) {
      if (root == null) {
        return false;
      }
      before.add(root);
    }
    try {
      Implied implied = proof.run(Roots.of(before));
      return implied.unproven() == null && implied.roots().equals(tree.roots());
    } catch (InvalidProofException e) {
      return false;
    }
  }

  /**
   * Returns the proof of the last block, if its value is in memory. One block more than before
   * leads to the new roots by itself, so there are no other nodes to prove it with.
   */
  static Optional<Proof> newest(Snapshot log) {
    byte[] value = log.newest();
    long block = log.head().length() - 1;
    if (value == null || log.evidence().isPresent() || block < pinnedLength(log)) {
      return Optional.empty();
    }
    List<TreeNode> none = List.of();
    return Optional.of(
        new Proof(
            0,
            log.head().fork(),
            new Proof.Block(block, value, none),
            null,
            null,
            new Proof.Upgrade(block, 1, none, none, log.head().signature()),
            null));
  }

  private static long pinnedLength(Snapshot log) {
    return log.verifier().map(HeadVerifier::pinnedLength).orElse(0L);
  }

  /** The first blocks of a log with a prologue are proved at once, because nobody signed fewer. */
  private static ProofRequest withWholePrologue(Snapshot log, ProofRequest request) {
    ProofRequest.Upgrade upgrade = request.upgrade();
    long pinned = pinnedLength(log);
    if (upgrade == null
        || upgrade.start() >= pinned
        || (upgrade.start() == 0 && upgrade.length() >= pinned)) {
      return request;
    }
    return new ProofRequest(
        request.id(),
        request.fork(),
        request.block(),
        request.hash(),
        request.seek(),
        new ProofRequest.Upgrade(0, pinned),
        request.manifest(),
        request.priority());
  }

  /**
   * Returns {@code wanted} with how many levels above it are missing of a log that will be {@code
   * comingLength} blocks long; empty if only the disk can tell, or it is not in there.
   */
  static Optional<ProofRequest.Block> wantedAtOnce(
      Snapshot log, ProofRequest.Block wanted, NavigableSet<Long> coming, long comingLength) {
    if (wanted.index() < 0 || wanted.end() > Math.max(comingLength, log.length())) {
      return Optional.empty();
    }
    long length = Math.max(comingLength, log.lengthOverRoots(wanted.index()));
    Climb climb = climb(log, wanted.node(), coming, length);
    return climb.certain ? Optional.of(wanted.withNodes(climb.levels)) : Optional.empty();
  }

  /** Returns {@code wanted} with how many levels above it are not stored. */
  static ProofRequest.Block wanted(
      LogStorage storage, Snapshot log, ProofRequest.Block wanted, NavigableSet<Long> coming)
      throws IOException {
    log.requireBlock(wanted.end() - 1);
    long length = log.lengthOverRoots(log.requireBlock(wanted.index()));
    Climb climb = climb(log, wanted.node(), coming, length);
    if (climb.certain || storage.readNodes(new long[] {climb.index}).get(0) != null) {
      return wanted.withNodes(climb.levels);
    }
    StoredTree tree = new StoredTree(log.head().roots(), storage::readNodes);
    return wanted.withNodes(tree.missingNodes(wanted.node()));
  }

  /**
   * Climbs from a node to the lowest one that is stored, or will be.
   *
   * <p>Whoever stored a block stored the siblings on its way up too. So the lowest subtree around
   * the node with a stored block in its other half has a stored node on our side; but for what
   * {@link dev.usernameregistry.tree.Implied#nodes} leaves out, so that one node has to be looked
   * for. A block that is coming brings the node on our side with it, and all roots over {@code
   * length} blocks are known.
   */
  private static Climb climb(Snapshot log, long node, NavigableSet<Long> coming, long length) {
    long index = node;
    for (int levels = 0; ; levels++) {
      boolean root = !FlatTree.complete(FlatTree.parent(index), length);
      if (root || hasStored(log, FlatTree.sibling(index))) {
        return new Climb(index, levels, root);
      }
      if (hasComing(coming, FlatTree.sibling(index))) {
        return new Climb(index, levels, true);
      }
      index = FlatTree.parent(index);
    }
  }

  private static boolean hasComing(NavigableSet<Long> coming, long index) {
    Long next = coming.ceiling(FlatTree.leftSpan(index) / 2);
    return next != null && next <= FlatTree.lastBlock(index);
  }

  private static boolean hasStored(Snapshot log, long index) {
    long from = FlatTree.leftSpan(index) / 2;
    long to = FlatTree.lastBlock(index) + 1;
    return log.stored().next(from, to, true) < to;
  }

  /**
   * Where a climb ended.
   *
   * @param certain whether the node is there for certain once what is coming has come
   */
  private record Climb(long index, int levels, boolean certain) {}
}
