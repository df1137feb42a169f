package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.Subtree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinTask;

/**
 * What the writer of one log does to it: appends and cuts, each under a new signature. Puts it into
 * a draft; nothing is put there if a method throws. Immutable.
 */
final class Writing {
  /** How many blocks are worth hashing on other threads too: some hundred microseconds. */
  private static final int PARALLEL_MIN = 512;

  private static final long APPEND_BYTES_MAX = 1L << 30;

  /** What a block takes in a storage beside its bytes, at most: key, head, and tree nodes. */
  private static final int OVERHEAD_BYTES = 128;

  private final Key key;
  private final Optional<KeyPair> signer;

  /**
   * Writes the log with this key.
   *
   * @param signer signs what is not signed elsewhere; without it, only that can be appended
   */
  Writing(Key key, Optional<KeyPair> signer) {
    this.key = key;
    this.signer = signer;
  }

  /** Returns whether heads can be signed here that {@code verifier} holds for true. */
  boolean canSign(Optional<HeadVerifier> verifier) {
    return signer.isPresent() && verifier.map(v -> v.canSign(signer.get())).orElse(false);
  }

  /** Appends blocks if the log has this fork and length; see {@link Blocks#append}. */
  long append(Draft draft, long fork, long length, List<byte[]> values) throws LogMovedException {
    requireWritable(draft);
    requireAt(draft.head(), fork, length);
    return append(draft, values);
  }

  /** Appends blocks; returns the length after it. */
  long append(Draft draft, List<byte[]> values) {
    requireSizes(values);
    HeadVerifier verifier = requireWritable(draft);
    if (values.isEmpty()) {
      return draft.head().length();
    }
    Roots.Appended appended = appended(draft, values);
    Head head = verifier.sign(draft.head().fork(), appended.roots(), signer.orElseThrow());
    draft.append(values, appended.nodes(), head);
    return head.length();
  }

  /** Appends blocks under a signature that was made elsewhere; returns the length after it. */
  long append(Draft draft, List<byte[]> values, byte[] signature) {
    requireSizes(values);
    draft.requireNotFrozen();
    Roots.Appended appended = appended(draft, values);
    long fork = draft.head().fork();
    if (values.isEmpty()
        || !draft.verifier().map(v -> v.verify(appended.roots(), fork, signature)).orElse(false)) {
      throw new IllegalArgumentException("no valid signature over " + appended.roots());
    }
    draft.append(values, appended.nodes(), new Head(fork, appended.roots(), signature));
    return appended.roots().length();
  }

  /** Cuts the log to its first {@code length} blocks under the next fork; returns that length. */
  long truncate(Draft draft, long length) throws IOException {
    HeadVerifier verifier = requireWritable(draft);
    long pinned = verifier.pinnedLength();
    if (length < pinned || length > draft.head().length()) {
      throw new IllegalArgumentException(
          length + " blocks, not between " + pinned + " and " + draft.head().length());
    }
    Roots roots =
        draft
            .rootsAt(length)
            .orElseThrow(
                () -> new CorruptStorageException("a root of " + length + " blocks", null));
    draft.truncate(verifier.sign(draft.head().fork() + 1, roots, signer.orElseThrow()));
    return length;
  }

  private static Roots.Appended appended(Draft draft, List<byte[]> values) {
    Roots roots = draft.head().roots();
    return roots.appendSubtrees(hashed(roots.length(), values));
  }

  /**
   * Returns the subtrees over {@code values}, of which the first is block {@code first}. Many
   * blocks are hashed on all cores, in the pool that all share: not in one of the caller's, which
   * may end.
   */
  static List<Subtree> hashed(long first, List<byte[]> values) {
    List<Subtree.Part> parts = Subtree.parts(first, values);
    boolean alone = values.size() < PARALLEL_MIN || ForkJoinTask.inForkJoinPool();
    return (alone ? parts.stream() : parts.parallelStream()).map(Subtree.Part::hash).toList();
  }

  /** A storage that cannot write so much at once would be taken for one that fails. */
  private static void requireSizes(List<byte[]> values) {
    long bytes = 0;
    for (byte[] value : values) {
      bytes += value.length + OVERHEAD_BYTES;
      if (value.length > Log.BLOCK_BYTES_MAX) {
        throw new IllegalArgumentException(
            "a block of " + value.length + " bytes, at most " + Log.BLOCK_BYTES_MAX);
      }
    }
    if (bytes > APPEND_BYTES_MAX) {
      throw new IllegalArgumentException(
          "%d blocks in one append take %d bytes, at most %d: append them in parts"
              .formatted(values.size(), bytes, APPEND_BYTES_MAX));
    }
  }

  private HeadVerifier requireWritable(Draft draft) {
    draft.requireNotFrozen();
    if (!canSign(draft.verifier())) {
      throw new IllegalStateException("log " + key + " cannot be signed with what is known here");
    }
    return draft.verifier().orElseThrow();
  }

  private static void requireAt(Head head, long fork, long length) throws LogMovedException {
    if (head.fork() != fork || head.length() != length) {
      throw new LogMovedException(
          "the log has "
              + head.length()
              + " blocks of fork "
              + head.fork()
              + ", not "
              + length
              + " of fork "
              + fork
              + ": somebody else changed it meanwhile");
    }
  }
}
