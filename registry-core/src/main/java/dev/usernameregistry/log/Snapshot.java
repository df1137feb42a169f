package dev.usernameregistry.log;

import java.util.Optional;

/**
 * What a log is after a commit. Immutable, but for {@code stored}, in which more blocks may appear.
 *
 * @param verifier who may sign; empty until a peer has told
 * @param evidence that the writer signed two heads, if it did
 * @param stored blocks stored here
 */
record Snapshot(
    Head head, Optional<HeadVerifier> verifier, Optional<Evidence> evidence, StoredBlocks stored) {

  /** Returns how many blocks there are beyond dispute. */
  long length() {
    return evidence.isPresent()
        ? Math.min(head.length(), evidence.get().agreedLength())
        : head.length();
  }

  boolean has(long block) {
    return block >= 0 && block < length() && stored.has(block);
  }
}
