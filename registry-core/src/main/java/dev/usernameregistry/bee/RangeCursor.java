package dev.usernameregistry.bee;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The entries of one version within a range. */
final class RangeCursor implements Cursor<Entry> {
  private final BlockReader reader;
  private final long version;
  private final KeyRange range;
  private long left;
  private @Nullable TreeWalk walk;

  RangeCursor(BlockReader reader, long version, KeyRange range) {
    this.reader = reader;
    this.version = version;
    this.range = range;
    this.left = range.limit();
  }

  @Override
  public @Nullable Entry next() throws IOException {
    if (left == 0) {
      return null;
    }
    TreeWalk tree = walk();
    while (tree.settle()) {
      if (tree.atKey()) {
        Entry entry = tree.entry();
        tree.skip();
        left--;
        return entry;
      }
      tree.descend();
    }
    return null;
  }

  private TreeWalk walk() throws IOException {
    TreeWalk known = walk;
    if (known == null) {
      known = new TreeWalk(reader, version, range);
      walk = known;
    }
    return known;
  }
}
