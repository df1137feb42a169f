package dev.usernameregistry.bee;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The entries of one version within a range. */
final class RangeCursor implements Cursor<Entry> {
  private final TreeWalk walk;
  private long left;

  RangeCursor(TreeWalk walk, KeyRange range) {
    this.walk = walk;
    this.left = range.limit();
  }

  @Override
  public @Nullable Entry next() throws IOException {
    if (left == 0) {
      return null;
    }
    while (walk.settle()) {
      if (walk.atKey()) {
        Entry entry = walk.entry();
        walk.skip();
        left--;
        return entry;
      }
      walk.descend();
    }
    return null;
  }
}
