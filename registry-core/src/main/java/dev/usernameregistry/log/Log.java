package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.Sought;
import dev.usernameregistry.tree.StoredTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One writer's append-only sequence of blocks, all of them or only some stored here.
 *
 * <p>Safe from any thread. Changes exclude one another; readers see the log as it was after some
 * commit, and wait for none but one of another fork, when they read a block. There must be one
 * {@code Log} for each key in a process.
 *
 * <p>When the storage fails during a change, nothing of that change is seen, and every further
 * change is refused with an {@link IOException} until the log is opened again.
 */
public final class Log implements Blocks {
  /** Most bytes in one appended block. */
  public static final int BLOCK_BYTES_MAX = 15 * 1024 * 1024;

  /** What a block takes in a storage beside its value, with its nodes, at most. */
  private static final long STORED_BYTES = 400;

  private final Key key;
  private final Key discoveryKey;
  private final LogStorage storage;
  private final Writing writing;
  private final List<LogListener> listeners = new CopyOnWriteArrayList<>();

  /** Held by whoever changes the log, until the listeners have been told. */
  private final Object changing = new Object();

  /** Why nothing can be changed any more; guarded by {@link #changing}. */
  private @Nullable Throwable failure;

  /** Guarded by {@link #changing}. */
  private final Verification verification;

  private volatile Snapshot now;

  /**
   * The fork of which blocks and nodes may be stored by now: set before the storage is told of
   * another one, and {@link #now} after that. If the storage fails then, the two stay apart.
   */
  private volatile long storedFork;

  private Log(Key key, LogStorage storage, Optional<KeyPair> signer, Snapshot now) {
    this.key = key;
    this.discoveryKey = key.discoveryKey();
    this.storage = storage;
    this.writing = new Writing(key, signer);
    this.verification = new Verification(key);
    this.now = now;
    this.storedFork = now.head().fork();
  }

  /**
   * Opens the log with this key, which others write. Reads what is stored; writes nothing.
   *
   * @throws TooLargeToKeepException if more is stored of it than is kept of logs of others now, as
   *     an earlier version did
   */
  public static Log open(LogStorage storage, Key key) throws IOException {
    Snapshot stored = Snapshot.read(storage, key);
    stored.requireSmall();
    return new Log(key, storage, Optional.empty(), stored);
  }

  /**
   * Opens the log that {@code manifest} names. Reads what is stored; writes nothing.
   *
   * @param signer with whose key appends are signed, if the manifest asks for no other
   */
  public static Log open(LogStorage storage, Manifest manifest, Optional<KeyPair> signer)
      throws IOException {
    return open(storage, manifest.key(), manifest, signer);
  }

  /**
   * Opens the log with this key, which {@code manifest} names, or which is the public key of the
   * only signer in it: a log from before manifests. Reads what is stored; writes nothing.
   *
   * @param signer with whose key appends are signed, if the manifest asks for no other
   * @throws IllegalArgumentException if the manifest is that of another log
   */
  public static Log open(LogStorage storage, Key key, Manifest manifest, Optional<KeyPair> signer)
      throws IOException {
    Optional<HeadVerifier> verifier = HeadVerifier.of(key, manifest);
    if (verifier.isEmpty()) {
      throw new IllegalArgumentException("the manifest is not that of log " + key);
    }
    return new Log(key, storage, signer, Snapshot.read(storage, key).withVerifier(verifier));
  }

  /** Returns the hash of the manifest, which names this log. */
  public Key key() {
    return key;
  }

  /** Returns what is told to strangers instead of the key. */
  public Key discoveryKey() {
    return discoveryKey;
  }

  /** Returns whether {@link #append} can sign here; false once the log is frozen. */
  public boolean writable() {
    Snapshot seen = now;
    return seen.evidence().isEmpty() && writing.canSign(seen.verifier());
  }

  /** Returns the head as last signed; its parts are of one moment. */
  public Head head() {
    return now.head();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Of a frozen log, this is the number of blocks that are beyond dispute, once that is known;
   * until then it is as long as it was.
   */
  @Override
  public long length() {
    return now.length();
  }

  /** Returns the number of truncations so far. */
  @Override
  public long fork() {
    return now.head().fork();
  }

  /** Returns whether more of it is to be fetched: if it is own, or half of what is left is more. */
  public boolean hasRoom() {
    long room = storage.roomBytes() / 2; // as an index over it may take as much again
    return room - head().byteLength() > STORED_BYTES * head().length() || writable();
  }

  /** Returns how many blocks are here without a gap from the start; at most {@link #length}. */
  public long contiguousLength() {
    Snapshot seen = now;
    return Math.min(seen.stored().contiguousLength(), seen.length());
  }

  /** Returns who may sign this log; empty until a peer has told. */
  public Optional<Manifest> manifest() {
    return now.verifier().map(HeadVerifier::manifest);
  }

  /** Returns the proof that the writer signed two heads, if one was seen: the log is frozen. */
  public Optional<Evidence> evidence() {
    return now.evidence();
  }

  /** Returns whether {@code block} is stored here; false for any number outside the log. */
  public boolean has(long block) {
    return now.has(block);
  }

  /**
   * Returns which blocks are stored here, 32 to a word, as a bitfield message carries them: bit
   * {@code j} of word {@code w} is block {@code start + 32 * w + j}.
   *
   * @param start a multiple of 32
   */
  public int[] storedWords(long start, int wordCount) {
    if (start < 0 || start % Integer.SIZE != 0) {
      throw new IllegalArgumentException(start + " is not a multiple of 32");
    }
    return now.stored().words(start, wordCount);
  }

  /**
   * Returns the first block that is stored here and for which {@code from <= block < to}; {@code
   * to} if there is none.
   */
  public long firstStored(long from, long to) {
    return now.stored().next(from, to, true);
  }

  /**
   * Returns the first block that is not stored here and for which {@code from <= block < to};
   * {@code to} if there is none.
   */
  public long firstMissing(long from, long to) {
    return now.stored().next(from, to, false);
  }

  @Override
  public byte[] get(long block) throws IOException {
    Snapshot seen = now;
    byte[] value = storage.readBlock(seen.requireBlock(block));
    if (storedFork != seen.head().fork()) {
      synchronized (changing) { // as what was read may be of the fork that is being stored
        value = storage.readBlock(now.requireBlock(block));
      }
    }
    if (value == null) {
      throw new BlockNotStoredException(block);
    }
    return value;
  }

  /**
   * Appends {@code values} under one signature, wherever the log ends, and waits until they are
   * stored.
   *
   * @return the length after the append
   * @throws IllegalArgumentException if a value is larger than {@link #BLOCK_BYTES_MAX}, or all,
   *     with 128 bytes more for each, than 1 GiB; nothing is appended then
   * @throws IllegalStateException if the log is not writable here
   */
  public long append(List<byte[]> values) throws IOException {
    return change(draft -> writing.append(draft, values));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException as {@link #append(List)}
   */
  @Override
  public long append(long fork, long length, List<byte[]> values) throws IOException {
    return change(draft -> writing.append(draft, fork, length, values));
  }

  /**
   * Appends {@code values} under a signature that was made elsewhere, as logs with several signers
   * need it, and waits until they are stored.
   *
   * @param signature of the head after the append, in the form that the manifest asks for
   * @return the length after the append
   * @throws IllegalArgumentException if the signature does not hold or there is nothing to append
   */
  public long append(List<byte[]> values, byte[] signature) throws IOException {
    return change(draft -> writing.append(draft, values, signature));
  }

  /**
   * Cuts the log to its first {@code length} blocks under the next fork, and waits until that is
   * stored.
   *
   * @throws IllegalArgumentException if the log is shorter, or the manifest pins more blocks
   * @throws IllegalStateException if the log is not writable here
   */
  public void truncate(long length) throws IOException {
    change(draft -> writing.truncate(draft, length));
  }

  /**
   * Checks what a peer proved and stores what holds. Blocks of a peer need not survive a crash:
   * they can be fetched again.
   *
   * @throws PeerFault if the proof does not hold; nothing of it was stored
   */
  public Applied apply(Proof proof) throws IOException {
    Applied applied = applyAll(List.of(proof)).get(0);
    if (applied instanceof Applied.Refused refused) {
      throw refused.fault();
    }
    return applied;
  }

  /**
   * Applies several proofs, one after another, in one commit.
   *
   * @return what became of each; {@link Applied.Refused} for one that does not hold
   */
  public List<Applied> applyAll(List<Proof> proofs) throws IOException {
    return change(draft -> applyAll(draft, proofs));
  }

  private List<Applied> applyAll(Draft draft, List<Proof> proofs) throws IOException {
    List<Applied> applied = new ArrayList<>(proofs.size());
    for (Proof proof : proofs) {
      try {
        applied.add(verification.accept(draft, proof));
      } catch (PeerFault e) {
        applied.add(new Applied.Refused(e));
      }
    }
    return applied;
  }

  /** Returns the proof that a peer asks for, or why it gets none. Waits for the disk. */
  public Made prove(ProofRequest request) throws IOException {
    return prover(List.of(request)).next();
  }

  /** Returns what makes the proofs that {@code requests} ask for, one after another. */
  public Prover prover(List<ProofRequest> requests) {
    return new Prover(storage, now, fork -> storedFork == fork, requests);
  }

  /**
   * Returns the proof of the last block for a peer that has all before it, without a request: it
   * needs no node. Empty unless the block was the only one in the last append here, and is short.
   * Waits for nothing. Any thread.
   */
  public Optional<Proof> proveNewest() {
    return Proving.newest(now);
  }

  /**
   * Returns what to put into a request for {@code block}, which must be below the length: its
   * number and how many levels above its leaf this peer lacks.
   */
  public ProofRequest.Block wanted(long block) throws IOException {
    return wanted(new ProofRequest.Block(block, 0), Collections.emptyNavigableSet());
  }

  /**
   * As {@link #wanted(long)}, for one block or all below one node, but counts on the blocks in
   * {@code coming} as if they were stored. The answer then holds only once they are: it has to be
   * applied after theirs.
   */
  public ProofRequest.Block wanted(ProofRequest.Block wanted, NavigableSet<Long> coming)
      throws IOException {
    return Proving.wanted(storage, now, wanted, coming);
  }

  /**
   * As {@link #wanted(ProofRequest.Block, NavigableSet)}, if that can be told without waiting for
   * the disk. Counts on the log being {@code length} blocks long by then, if that is more than it
   * is.
   */
  public Optional<ProofRequest.Block> wantedAtOnce(
      ProofRequest.Block wanted, NavigableSet<Long> coming, long length) {
    return Proving.wantedAtOnce(now, wanted, coming, length);
  }

  /** Returns in which block byte {@code bytes} of the log is, as far as is known here. */
  public Sought seek(long bytes) throws IOException {
    return new StoredTree(now.head().roots(), storage::readNodes).seek(bytes);
  }

  /** One change, made in a draft of the log at that moment; committed if that has changed. */
  private interface Change<T> {
    T make(Draft draft) throws IOException;
  }

  private <T> T change(Change<T> change) throws IOException {
    if (Thread.holdsLock(changing)) {
      throw new IllegalStateException("a listener of log " + key + " tries to change it");
    }
    T made;
    boolean changed;
    synchronized (changing) {
      if (failure != null) {
        throw new IOException("log " + key + " must be reopened: " + failure.getMessage(), failure);
      }
      Draft draft = new Draft(key, storage, now);
      made = change.make(draft);
      changed = draft.isChanged();
      if (changed) {
        commit(draft);
      }
    }
    if (changed) {
      Draft.tell(listeners, listener -> listener.changed(this));
    }
    return made;
  }

  private void commit(Draft draft) throws IOException {
    storedFork = draft.head().fork();
    try {
      storage.commit(draft.toCommit());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      throw e;
    }
    now = draft.after();
    draft.announce(this, listeners);
  }

  /** Tells {@code listener} of every change from now on. */
  public void addListener(LogListener listener) {
    listeners.add(listener);
  }

  /** Ends {@link #addListener}; a call under way is not waited for. */
  public void removeListener(LogListener listener) {
    listeners.remove(listener);
  }
}
