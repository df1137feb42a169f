package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;

/** What became of a proof that a peer sent. */
public sealed interface Applied {

  /**
   * The log now holds what the proof proved.
   *
   * @param length blocks in the log after it
   */
  record Stored(long length) implements Applied {}

  /** The proof is right and says nothing that the log did not hold already. */
  record NothingNew() implements Applied {}

  /**
   * The proof is of a fork that is not the log's and cannot be followed; nothing was checked and
   * nothing was stored.
   *
   * @param fork the fork of the proof
   */
  record OtherFork(long fork) implements Applied {}

  /**
   * The writer signed two heads for one length and fork. The log keeps the evidence and is frozen.
   */
  record Conflict(Evidence evidence) implements Applied {}

  /**
   * The proof does not hold; nothing of it was stored. Answered for one proof among several; for a
   * single proof the fault is thrown.
   */
  record Refused(PeerFault fault) implements Applied {}
}
