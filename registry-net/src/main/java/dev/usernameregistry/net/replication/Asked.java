package dev.usernameregistry.net.replication;

import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;

/**
 * A request on its way.
 *
 * @param head whether it is the one request for a longer or later log
 * @param early whether its answer holds only once those to earlier requests are applied
 * @param counted the length that the log is expected to have when the answer comes; 0 if its block
 *     was in the log already
 * @param announcements how often the peer had announced anything when it was sent
 */
record Asked(ProofRequest request, boolean head, boolean early, long counted, long announcements) {

  /** Returns whether the proof has nothing but what was asked for, and the blocks if some were. */
  boolean isAnsweredBy(Proof proof) {
    ProofRequest.Block block = request.block();
    ProofRequest.Hash hash = request.hash();
    return proof.fork() == request.fork()
        && (proof.block() == null) == (block == null)
        && (proof.hash() == null) == (hash == null)
        && (proof.block() == null || block == null || isAnsweredBy(block, proof.block()))
        && (proof.hash() == null || hash == null || proof.hash().index() == hash.index())
        && proof.seek() == null
        && (proof.upgrade() == null) == (request.upgrade() == null);
  }

  private static boolean isAnsweredBy(ProofRequest.Block asked, Proof.Block block) {
    return block.index() == asked.index() && block.end() == asked.end();
  }

  /** Returns how many blocks this asks for; 1 if it asks for something else. */
  long blocks() {
    return request.block() == null ? 1 : request.block().count();
  }

  /** Returns whether this asks for blocks that a log of this length does not have yet. */
  boolean isBeyond(long length) {
    ProofRequest.Block block = request.block();
    return counted > 0 && block != null && block.end() > length;
  }

  /** Returns whether this asks for the node of {@code question} at that fork. */
  boolean asks(long fork, ProofRequest.Hash question) {
    return request.fork() == fork && question.equals(request.hash());
  }

  /** Returns whether this asks how far the peer's tree and ours agree, if ours has that fork. */
  boolean isComparison(long fork) {
    return request.fork() == fork && request.hash() != null;
  }
}
