package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.tree.ProofRequest;
import java.util.Optional;

/** What became of a proof that a peer sent. */
public sealed interface Applied {

  /**
   * The log now holds what the proof proved.
   *
   * @param length blocks in the log after it
   */
  record Stored(long length) implements Applied {}

  /**
   * A later fork of the log was found, with a valid head. Before the log can move to it, a peer
   * that has it must be asked which of the blocks here belong to it too.
   *
   * @param fork to be named in the request
   * @param question to be put into the request; its answer is to be applied like any proof
   */
  record Following(long fork, ProofRequest.Hash question) implements Applied {}

  /**
   * The log has grown since the proof was asked for, or the proof shows a tree that nothing here
   * can be compared with. Nothing was stored; what it would have proved has to be asked for again.
   */
  record Outdated() implements Applied {}

  /** The proof is right and says nothing that the log did not hold already. */
  record NothingNew() implements Applied {}

  /**
   * The proof is of an earlier fork, or of a later one without being its whole tree; nothing was
   * checked and nothing was stored.
   *
   * @param fork the fork of the proof
   */
  record OtherFork(long fork) implements Applied {}

  /**
   * The writer signed two heads for one length and fork. The log keeps the evidence and is frozen.
   *
   * @param question to be put to the peer that sent the proof, at the fork of the evidence, to find
   *     out more exactly how far both trees agree; its answer is to be applied like any proof
   */
  record Conflict(Evidence evidence, Optional<ProofRequest.Hash> question) implements Applied {}

  /**
   * The proof does not hold; nothing of it was stored. Answered for one proof among several; for a
   * single proof the fault is thrown.
   */
  record Refused(PeerFault fault) implements Applied {}
}
