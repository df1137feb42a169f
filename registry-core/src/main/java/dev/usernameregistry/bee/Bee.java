package dev.usernameregistry.bee;

import dev.usernameregistry.log.Blocks;
import dev.usernameregistry.log.LogMovedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of byte strings over a log. Keys are ordered as unsigned bytes; a value may be
 * missing. What keys and values say is up to the caller, who must not change arrays given here.
 *
 * <p>Safe from any thread: reads run side by side, also with a write; writes wait for each other. A
 * log should be written through one bee only: of several, each may have to do its work again, or
 * fail. Nothing has to be closed; the log belongs to the caller. What reads wait for and throw is
 * said at {@link BeeSnapshot}; each read method here reads the version that is current when it is
 * called.
 */
public final class Bee {
  /** Blocks of one append that are remembered: those at its end, where the nodes at the top are. */
  private static final int REMEMBERED_MAX = 256;

  /** How often an append is tried when somebody else changes the log each time. */
  private static final int ATTEMPTS_MAX = 10;

  private final Blocks blocks;
  private final BeeOptions options;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile BlockReader reader;

  /** Views {@code blocks} with {@link BeeOptions#DEFAULT}; reads and writes nothing yet. */
  public Bee(Blocks blocks) {
    this(blocks, BeeOptions.DEFAULT);
  }

  /** Views {@code blocks}; reads and writes nothing yet. */
  public Bee(Blocks blocks, BeeOptions options) {
    this.blocks = blocks;
    this.options = options;
    this.reader = new BlockReader(blocks, options.cacheBytesMax());
  }

  /** Returns the current version: the log's blocks, at least 1. Version 1 is the empty tree. */
  public long version() {
    return Math.max(1, blocks.length());
  }

  /**
   * Returns the header, or empty if the log is empty.
   *
   * @throws NotABeeException if the log is something else
   */
  public Optional<BeeHeader> header() throws IOException {
    return reader().header();
  }

  /** Returns the current version. */
  public BeeSnapshot snapshot() {
    BlockReader current = reader();
    return new BeeSnapshot(current, version());
  }

  /**
   * Returns an older version; 0 is taken as 1.
   *
   * @throws IllegalArgumentException if {@code version} is negative or above the current one
   */
  public BeeSnapshot checkout(long version) {
    BlockReader current = reader();
    if (version < 0 || version > version()) {
      throw new IllegalArgumentException("version " + version + " of 0 to " + version());
    }
    return new BeeSnapshot(current, Math.max(1, version));
  }

  /** As {@link BeeSnapshot#get}. */
  public Optional<Entry> get(byte[] key) throws IOException {
    return snapshot().get(key);
  }

  /** As {@link BeeSnapshot#range}. */
  public Cursor<Entry> range(KeyRange range) {
    return snapshot().range(range);
  }

  /** As {@link BeeSnapshot#history(long)}. */
  public Cursor<Change> history(long fromSeq) {
    return snapshot().history(fromSeq);
  }

  /**
   * Puts {@code key}; {@code value} null stores it without a value.
   *
   * @return whether a block was appended: always, unless the options leave out duplicates
   * @throws IOException if the log fails; nothing was put then
   */
  public boolean put(byte[] key, byte @Nullable [] value) throws IOException {
    return append(new BeeBatch().put(key, value)) > 0;
  }

  /**
   * Puts {@code key}, unless it exists and {@code replaces} rejects its entry.
   *
   * @param replaces asked while other writers wait, so it must be quick and not write to this bee
   * @return whether a block was appended
   */
  public boolean put(byte[] key, byte @Nullable [] value, Predicate<Entry> replaces)
      throws IOException {
    return append(new BeeBatch().put(key, value, replaces)) > 0;
  }

  /**
   * Removes {@code key}.
   *
   * @return whether it was there; if not, nothing is appended
   */
  public boolean delete(byte[] key) throws IOException {
    return append(new BeeBatch().delete(key)) > 0;
  }

  /** Removes {@code key}, unless {@code deletes} rejects its entry. */
  public boolean delete(byte[] key, Predicate<Entry> deletes) throws IOException {
    return append(new BeeBatch().delete(key, deletes)) > 0;
  }

  /**
   * Does all operations of {@code batch} in order and appends their blocks together, all or none.
   * Waits for other writers and until the log has stored the blocks. An empty log first gets its
   * header, in an append of its own, even if no operation has anything to do.
   *
   * <p>When somebody else changes the log meanwhile, the operations are done anew on what it is
   * then, and conditions asked again; a few times, if need be.
   *
   * @return how many blocks were appended, without the header
   * @throws NotABeeException if the log is something else; nothing was appended then
   * @throws LogMovedException if the log was changed each time; nothing was appended then
   * @throws IllegalStateException if the log is not writable here, or called from a condition
   */
  public int append(BeeBatch batch) throws IOException {
    return writing(
        () -> {
          for (int attempt = 1; ; attempt++) {
            try {
              return appendLocked(batch.operations(), snapshot());
            } catch (LogMovedException moved) {
              if (attempt == ATTEMPTS_MAX) {
                throw moved;
              }
            }
          }
        });
  }

  /**
   * As {@link #append(BeeBatch)}, for a caller that has decided on what {@code current} holds:
   * appends blocks only directly behind that version.
   *
   * @throws LogMovedException if the log is longer or has another fork; nothing was appended then
   * @throws IllegalArgumentException if {@code current} is of another bee
   */
  public int append(BeeBatch batch, BeeSnapshot current) throws IOException {
    if (!current.reader().reads(blocks)) {
      throw new IllegalArgumentException("the snapshot is of another bee");
    }
    return writing(() -> appendLocked(batch.operations(), current));
  }

  private int writing(Write write) throws IOException {
    if (writing.isHeldByCurrentThread()) {
      throw new IllegalStateException("a condition must not write to its bee");
    }
    writing.lock();
    try {
      return write.run();
    } finally {
      writing.unlock();
    }
  }

  private int appendLocked(List<BeeBatch.Operation> operations, BeeSnapshot snapshot)
      throws IOException {
    if (operations.isEmpty()) {
      return 0;
    }
    BlockReader current = snapshot.reader();
    if (blocks.length() == 0) {
      blocks.append(current.fork(), 0, List.of(options.header().encode()));
    }
    long length = snapshot.version();
    DraftTree tree = new DraftTree(current, length, options.alwaysDuplicate());
    for (BeeBatch.Operation operation : operations) {
      tree.apply(operation);
    }
    List<byte[]> values = tree.encode();
    if (!values.isEmpty()) {
      blocks.append(current.fork(), length, values);
      for (int i = Math.max(0, values.size() - REMEMBERED_MAX); i < values.size(); i++) {
        current.remember(length + i, values.get(i));
      }
    }
    return values.size();
  }

  /** Returns the reader of the current fork; what is remembered of an older one is forgotten. */
  private BlockReader reader() {
    BlockReader current = reader;
    if (current.fork() != blocks.fork()) {
      current = new BlockReader(blocks, options.cacheBytesMax());
      reader = current;
    }
    return current;
  }

  /** A write, to be made while no other is. */
  private interface Write {
    int run() throws IOException;
  }
}
