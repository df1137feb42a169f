package dev.usernameregistry.tree;

/** What became of a request for a proof. */
public sealed interface Made {

  /**
   * The proof, with the request's id and fork. It still lacks what the tree does not know: the
   * value of its block, the signature of its upgrade, the manifest.
   */
  record Ready(Proof proof) implements Made {}

  /** There is no proof. {@code why} is for a log line. */
  record Refused(Reason reason, String why) implements Made {}

  /** Why a request is refused. */
  enum Reason {
    /** The log is shorter, or nodes that the proof needs are not stored here. */
    NOT_AVAILABLE,
    /** No peer could answer this: its parts contradict one another or the shape of the tree. */
    INVALID_REQUEST
  }
}
