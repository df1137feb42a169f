package dev.usernameregistry.bee;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the blocks {@code from} to before {@code to} did, in the order of {@code step}. */
final class HistoryCursor implements Cursor<Change> {
  private final BlockReader reader;
  private final long from;
  private final long to;
  private final int step;
  private long seq;

  HistoryCursor(BlockReader reader, long from, long to, boolean reverse) {
    this.reader = reader;
    this.from = from;
    this.to = to;
    this.step = reverse ? -1 : 1;
    this.seq = reverse ? to - 1 : from;
  }

  @Override
  public @Nullable Change next() throws IOException {
    if (seq < from || seq >= to) {
      return null;
    }
    if (from == 1) {
      reader.header(); // whoever begins later has begun once before, and it can be 15 MiB
    }
    Change change = reader.blockOnce(seq).change();
    seq += step;
    return change;
  }
}
