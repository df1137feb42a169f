package dev.usernameregistry;

import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;

/** What a network does with two logs of one key, at once and on the calling thread. */
final class Copies {
  private Copies() {}

  /** Brings {@code to} the head of {@code from}, and the blocks that are new in it. */
  static void bring(Log from, Log to) throws IOException {
    long start = to.length();
    compare(from, to);
    for (long block = start; block < to.length(); block++) {
      apply(from, to, ProofRequest.of(1, 0, to.wanted(block)));
    }
  }

  /** Brings {@code to} the head of {@code from}, whatever it has. */
  static Applied compare(Log from, Log to) throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, from.length());
    return apply(from, to, ProofRequest.of(1, 0, all).withManifest());
  }

  /**
   * Shows {@code to} the head of {@code from}, which its writer signed as well, and what it asks
   * then, until it knows where both part. It must have all of its blocks for that.
   */
  static void settle(Log from, Log to) throws IOException {
    Applied applied = compare(from, to);
    while (applied instanceof Applied.Conflict conflict && conflict.question().isPresent()) {
      applied = apply(from, to, ProofRequest.of(1, 0, conflict.question().get()));
    }
    if (!to.evidence().map(Evidence::isExact).orElse(false)) {
      throw new AssertionError("not settled: " + applied);
    }
  }

  private static Applied apply(Log from, Log to, ProofRequest request) throws IOException {
    return to.apply(((Made.Ready) from.prove(request)).proof());
  }
}
