package dev.usernameregistry.log;

import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.StoredTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.NavigableSet;

/** Makes proofs of a log as it was at one moment, and counts what is missing for others. */
final class Proving {
  static final Made OTHER_FORK =
      new Made.Refused(Made.Reason.NOT_AVAILABLE, "the log has another fork");

  private Proving() {}

  static Made prove(LogStorage storage, Snapshot log, ProofRequest request) throws IOException {
    byte[] manifest = null;
    if (request.manifest() && log.verifier().isPresent()) {
      manifest = log.verifier().get().manifest().encode();
    }
    if (request.fork() != log.head().fork()) {
      return manifest == null
          ? OTHER_FORK
          : new Made.Ready(
              new Proof(request.id(), log.head().fork(), null, null, null, null, manifest));
    }
    StoredTree tree = new StoredTree(log.head().roots(), storage::readNodes);
    Made made = tree.prove(withWholePrologue(log, request));
    if (!(made instanceof Made.Ready ready)) {
      return made;
    }
    Proof proof = ready.proof();
    if (proof.block() != null) {
      byte[] value = storage.readBlock(proof.block().index());
      if (value == null) {
        String why = "block " + proof.block().index() + " is not stored";
        return new Made.Refused(Made.Reason.NOT_AVAILABLE, why);
      }
      proof = proof.withValue(value);
    }
    if (proof.upgrade() != null) {
      proof = proof.withSignature(log.head().signature());
    }
    return new Made.Ready(manifest == null ? proof : proof.withManifest(manifest));
  }

  /** The first blocks of a log with a prologue are proved at once, because nobody signed fewer. */
  private static ProofRequest withWholePrologue(Snapshot log, ProofRequest request) {
    ProofRequest.Upgrade upgrade = request.upgrade();
    long pinned = log.verifier().map(HeadVerifier::pinnedLength).orElse(0L);
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
   * Returns how many levels above the leaf of {@code block} are not stored.
   *
   * <p>Whoever stored a block stored the siblings on its way up too. So the lowest subtree around
   * {@code block} with a stored block in its other half has a stored node on our side: this is
   * found without the disk, which is asked for that one node only. A block that is coming brings
   * that node with it.
   */
  static int missingNodes(LogStorage storage, Snapshot log, long block, NavigableSet<Long> coming)
      throws IOException {
    long index = 2 * block;
    int levels = 0;
    while (!hasStoredSibling(log, index)) {
      if (hasComingSibling(coming, index)) {
        return levels;
      }
      index = FlatTree.parent(index);
      levels++;
    }
    TreeNode node = storage.readNodes(new long[] {index}).get(0);
    return node != null
        ? levels
        : new StoredTree(log.head().roots(), storage::readNodes).missingNodes(2 * block);
  }

  private static boolean hasComingSibling(NavigableSet<Long> coming, long index) {
    long sibling = FlatTree.sibling(index);
    Long next = coming.ceiling(FlatTree.leftSpan(sibling) / 2);
    return next != null && next <= FlatTree.rightSpan(sibling) / 2;
  }

  /** Returns whether {@code index} is a root, or a block below its sibling is stored. */
  private static boolean hasStoredSibling(Snapshot log, long index) {
    long sibling = FlatTree.sibling(index);
    if (!FlatTree.complete(FlatTree.parent(index), log.head().length())) {
      return true;
    }
    long from = FlatTree.leftSpan(sibling) / 2;
    long to = FlatTree.rightSpan(sibling) / 2 + 1;
    return log.stored().next(from, to, true) < to;
  }
}
