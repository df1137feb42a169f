package dev.usernameregistry.bee;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose entries differ between two versions of one log. Both trees are walked side by
 * side; a subtree that both have is stepped over unread.
 */
final class DiffCursor implements Cursor<Difference> {
  private final TreeWalk left;
  private final TreeWalk right;
  private long rest;

  DiffCursor(TreeWalk left, TreeWalk right, KeyRange range) {
    this.left = left;
    this.right = right;
    this.rest = range.limit();
  }

  @Override
  public @Nullable Difference next() throws IOException {
    if (rest == 0) {
      return null;
    }
    Difference difference = further();
    rest--;
    return difference;
  }

  private @Nullable Difference further() throws IOException {
    while (true) {
      boolean leftStands = left.settle();
      boolean rightStands = right.settle();
      if (!leftStands && !rightStands) {
        return null;
      }
      if (leftStands && rightStands && left.isSameAs(right)) {
        left.skip();
        right.skip();
        continue;
      }
      int order = !leftStands ? 1 : !rightStands ? -1 : order();
      if (order == 0 && left.atKey()) {
        return new Difference(take(left), take(right));
      }
      if (order == 0) {
        left.descend();
        right.descend();
        continue;
      }
      TreeWalk first = order < 0 ? left : right;
      if (first.atKey()) {
        return order < 0 ? new Difference(take(left), null) : new Difference(null, take(right));
      }
      first.descend();
    }
  }

  private static Entry take(TreeWalk walk) throws IOException {
    Entry entry = walk.entry();
    walk.skip();
    return entry;
  }

  /** Returns less than 0 if the left walk must move next, more if the right one, 0 if both. */
  private int order() throws IOException {
    if (left.atKey() && right.atKey()) {
      return Arrays.compareUnsigned(left.key(), right.key());
    }
    if (left.atKey()) {
      return isBefore(left.key(), right.lower()) ? -1 : 1;
    }
    if (right.atKey()) {
      return isBefore(right.key(), left.lower()) ? 1 : -1;
    }
    return subtreeOrder();
  }

  /** Whichever subtree reaches further may contain the other, so it is gone into first. */
  private int subtreeOrder() throws IOException {
    byte[] leftUpper = left.upper();
    byte[] rightUpper = right.upper();
    if (leftUpper == null || rightUpper == null) {
      return leftUpper == rightUpper ? 0 : leftUpper == null ? -1 : 1;
    }
    return Arrays.compareUnsigned(rightUpper, leftUpper);
  }

  private static boolean isBefore(byte[] key, byte @Nullable [] lower) {
    return lower != null && Arrays.compareUnsigned(key, lower) <= 0;
  }
}
