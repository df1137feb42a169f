package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One writer's append-only sequence of blocks, all of them or only some stored here.
 *
 * <p>Safe from any thread. Changes exclude one another; readers never wait for them, and see the
 * log as it was after some commit. There must be one {@code Log} for each key in a process.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Log implements Blocks {
  private final Key key;

  Log(Key key) {
    this.key = key;
  }

  /** Opens the log with this key, which others write. Reads what is stored; writes nothing. */
  public static Log open(LogStorage storage, Key key) throws IOException {
    throw stub();
  }

  /**
   * Opens the log that {@code manifest} names. Reads what is stored; writes nothing.
   *
   * @param signer with whose key appends are signed, if the manifest lists it
   */
  public static Log open(LogStorage storage, Manifest manifest, Optional<KeyPair> signer)
      throws IOException {
    throw stub();
  }

  private static UnsupportedOperationException stub() {
    return new UnsupportedOperationException("room B lands this next");
  }

  /** Returns the hash of the manifest, which names this log. */
  public Key key() {
    return key;
  }

  /** Returns what is told to strangers instead of the key. */
  public Key discoveryKey() {
    throw stub();
  }

  /** Returns whether {@link #append} can sign here. */
  public boolean writable() {
    throw stub();
  }

  /**
   * Returns the head as last signed: length, fork, roots, tree hash and signature as of one moment.
   */
  public Head head() {
    throw stub();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Of a frozen log, this is the number of blocks that are beyond dispute.
   */
  @Override
  public long length() {
    throw stub();
  }

  /** Returns the number of truncations so far. */
  @Override
  public long fork() {
    throw stub();
  }

  /** Returns the bytes in all blocks of the head, stored here or not. */
  public long byteLength() {
    throw stub();
  }

  /** Returns how many blocks are stored here without a gap from the start. */
  public long contiguousLength() {
    throw stub();
  }

  /** Returns who may sign this log; empty until a peer has told. */
  public Optional<Manifest> manifest() {
    throw stub();
  }

  /**
   * Returns the proof that the writer signed two heads, if one was seen; the log is frozen then.
   */
  public Optional<Evidence> evidence() {
    throw stub();
  }

  /** Returns whether {@code block} is stored here; false for any number outside the log. */
  public boolean has(long block) {
    throw stub();
  }

  /**
   * Returns which blocks are stored here, 32 to a word, as a bitfield message carries them: bit
   * {@code j} of word {@code w} is block {@code start + 32 * w + j}.
   *
   * @param start a multiple of 32
   */
  public int[] storedWords(long start, int wordCount) {
    throw stub();
  }

  /**
   * Returns the first block from {@code from} on, and below {@code to}, that is stored; else to.
   */
  public long firstStored(long from, long to) {
    throw stub();
  }

  /** Returns the first block from {@code from} on, and below {@code to}, not stored; else to. */
  public long firstMissing(long from, long to) {
    throw stub();
  }

  @Override
  public byte[] get(long block) throws IOException {
    throw stub();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a value is larger than 15 MiB; nothing is appended then
   * @throws IOException if the storage failed; nothing was appended, and nothing can be until the
   *     log is opened again
   */
  @Override
  public long append(List<byte[]> values) throws IOException {
    throw stub();
  }

  /** Cuts the log to {@code length} blocks under the next fork, and waits until that is stored. */
  public void truncate(long length) throws IOException {
    throw stub();
  }

  /** Tells {@code listener} of every change from now on. */
  public void addListener(LogListener listener) {
    throw stub();
  }

  /** Ends {@link #addListener}; a call under way is not waited for. */
  public void removeListener(LogListener listener) {
    throw stub();
  }
}
