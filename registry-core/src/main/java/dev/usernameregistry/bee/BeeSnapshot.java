package dev.usernameregistry.bee;

import java.io.IOException;
import java.util.Optional;

/**
 * One version of a bee, to be read. Does not change with later writes; safe from any thread;
 * nothing has to be closed. If the log is cut and gets a new fork, reading what is not remembered
 * fails with an {@link IOException}.
 *
 * <p>Reading waits for the log's storage. Of a sparse log it needs block 0 and the blocks on the
 * way, and throws {@link dev.usernameregistry.log.BlockNotStoredException} for the first that is
 * not held. Blocks that do not decode or form no tree are a {@link
 * dev.usernameregistry.codec.MalformedMessageException}; a log that is something else is a {@link
 * NotABeeException}. In each case nothing has changed, and other reads may work.
 *
 * <p>A version inside a batch has no tree of its own: reading it gives too few entries or fails.
 */
public final class BeeSnapshot {
  private final BlockReader reader;
  private final long version;

  BeeSnapshot(BlockReader reader, long version) {
    this.reader = reader;
    this.version = version;
  }

  BlockReader reader() {
    return reader;
  }

  /** Returns the version: the log's blocks when it was current, at least 1. */
  public long version() {
    return version;
  }

  /** Returns the entry of {@code key}, or empty if it was never put or was deleted. */
  public Optional<Entry> get(byte[] key) throws IOException {
    return Optional.ofNullable(reader.find(key, version)).map(BeeBlock::entry);
  }

  /** Returns the entries within {@code range}, in its order. Reads as the cursor is asked. */
  public Cursor<Entry> range(KeyRange range) {
    return new RangeCursor(new TreeWalk(reader, version, range), range);
  }

  /**
   * Returns what the blocks {@code fromSeq} (or 1 if that is less) up to this version did, oldest
   * first. To go on later, ask a later snapshot from this one's {@link #version()}. Whether the log
   * is a bee at all is looked at only by who begins with block 1.
   */
  public Cursor<Change> history(long fromSeq) {
    return history(fromSeq, version, false);
  }

  /**
   * Returns what the blocks {@code fromSeq} to before {@code toSeq} did, as far as they belong to
   * this version.
   *
   * @param reverse whether to begin with the newest
   */
  public Cursor<Change> history(long fromSeq, long toSeq, boolean reverse) {
    return new HistoryCursor(reader, Math.max(1, fromSeq), Math.min(version, toSeq), reverse);
  }

  /**
   * Returns the keys within {@code range} that were put by different blocks in this version (left)
   * and in {@code right}, or are in one of them only, in ascending order. The same value put again
   * is a difference. Subtrees that both have are not read.
   *
   * @throws IllegalArgumentException if {@code right} is of another bee, or {@code range} reversed
   */
  public Cursor<Difference> diff(BeeSnapshot right, KeyRange range) {
    if (right.reader != reader) {
      throw new IllegalArgumentException("the other snapshot is of another bee or fork");
    }
    if (range.isReverse()) {
      throw new IllegalArgumentException("a diff goes through keys in ascending order only");
    }
    return new DiffCursor(
        new TreeWalk(reader, version, range), new TreeWalk(reader, right.version, range), range);
  }
}
