package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log is after a commit. Immutable, but for {@code stored}, in which more blocks may appear.
 *
 * @param verifier who may sign; empty until a peer has told
 * @param evidence that the writer signed two heads, if it did
 * @param stored blocks stored here
 * @param newest the value of the last block, if the last change was to append it alone and it is at
 *     most {@value #NEWEST_BYTES_MAX} bytes long; nobody may change it
 */
record Snapshot(
    Head head,
    Optional<HeadVerifier> verifier,
    Optional<Evidence> evidence,
    StoredBlocks stored,
    byte @Nullable [] newest) {
  private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);

  /** Bytes of one block that each log whose writer is here may keep in memory. */
  static final int NEWEST_BYTES_MAX = 64 * 1024;

  /** Reads what the log was after its last commit. */
  static Snapshot read(LogStorage storage, Key key) throws IOException {
    Optional<LogState> state = storage.readState();
    if (state.isEmpty()) {
      StoredBlocks none = new StoredBlocks(0, new long[0]);
      return new Snapshot(Head.EMPTY, Optional.empty(), Optional.empty(), none, null);
    }
    try {
      return read(storage, key, state.get());
    } catch (PeerFault | IllegalArgumentException e) {
      throw new CorruptStorageException(
          "the stored state of log "
              + key
              + " cannot be read: "
              + e.getMessage()
              + "; restore a backup of the whole storage",
          e);
    }
  }

  private static Snapshot read(LogStorage storage, Key key, LogState state) throws IOException {
    if (!state.key().equals(key)) {
      throw new IllegalArgumentException("the stored log is " + state.key());
    }
    Optional<HeadVerifier> verifier = Optional.empty();
    if (state.manifest().length > 0) {
      verifier = HeadVerifier.of(key, Manifest.decode(new WireReader(state.manifest())));
      if (verifier.isEmpty()) {
        throw new IllegalArgumentException("the stored manifest is that of another log");
      }
    }
    Optional<Evidence> evidence = Optional.empty();
    if (state.evidence().length > 0) {
      evidence = Evidence.read(key, state.evidence());
      if (evidence.isEmpty()) {
        LOGGER.warn("log {} was frozen for what is no conflict, and is not any more", key);
      }
    }
    Head head = new Head(state.fork(), Roots.of(state.roots()), state.signature());
    long[] sparse = storage.storedBlocks(state.contiguousLength());
    StoredBlocks stored = new StoredBlocks(state.contiguousLength(), sparse);
    return new Snapshot(head, verifier, evidence, stored, null);
  }

  /**
   * Requires that a manifest and a signature of others are no larger than they may be.
   *
   * @throws TooLargeToKeepException if they are
   */
  void requireSmall() {
    if (verifier.isPresent()) {
      verifier.get().requireLearnable();
      verifier.get().requireShort(head.signature());
    }
  }

  Snapshot withVerifier(Optional<HeadVerifier> known) {
    return new Snapshot(head, known, evidence, stored, newest);
  }

  /** Returns how many blocks there are that are not known to be in dispute. */
  long length() {
    long length = head.length();
    return evidence.isPresent() ? evidence.get().undisputed(length) : length;
  }

  /**
   * Returns a length over which all roots are known, {@code block} being below one of them. That of
   * a block on which two trees certainly agree is the same in both, so that either proves it.
   */
  long lengthOverRoots(long block) {
    return evidence.isPresent() && block < evidence.get().agreedLength()
        ? Math.min(head.length(), evidence.get().agreedLength())
        : head.length();
  }

  /** Returns {@code block}, which must be the number of one not known to be in dispute. */
  long requireBlock(long block) {
    if (block < 0 || block >= length()) {
      throw new IndexOutOfBoundsException("block " + block + " of " + length());
    }
    return block;
  }

  boolean has(long block) {
    return block >= 0 && block < length() && stored.has(block);
  }
}
