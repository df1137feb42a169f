package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the keys of one version in order, within a range. Stands at a key or before a subtree, into
 * which the caller descends or not. For one thread.
 *
 * <p>Every node but the root has a key, every key is checked to come after the one before it, and
 * the depth is bounded; so whatever a hostile writer lets point to whatever, the walk visits each
 * key at most once, with at most {@link BlockReader#DEPTH_MAX} nodes in between.
 */
final class TreeWalk {
  private final BlockReader reader;
  private final long version;
  private final KeyRange range;
  private final int step;
  private final List<Frame> stack = new ArrayList<>();

  /** Whether the root was read, which the first step does. */
  private boolean begun;

  /** Whether the start of the range lies in the subtree that the walk stands before. */
  private boolean seeking;

  /** The key that the walk stands at, if it was looked at already. */
  private byte @Nullable [] current;

  private byte @Nullable [] previous;

  /** Stands nowhere yet: {@link #settle} has to be called first. Reads nothing. */
  TreeWalk(BlockReader reader, long version, KeyRange range) {
    this.reader = reader;
    this.version = version;
    this.range = range;
    this.step = range.isReverse() ? -1 : 1;
    this.seeking = range.start() != null;
  }

  /** Moves to where there is a subtree or a key within the range; returns false at the end. */
  boolean settle() throws IOException {
    begin();
    while (!stack.isEmpty()) {
      Frame top = stack.get(stack.size() - 1);
      if (top.isOutside()) {
        stack.remove(stack.size() - 1);
      } else if (top.isKey()) {
        return current != null || arrive(top);
      } else if (top.node.isLeaf()) {
        top.position += step;
      } else {
        return true;
      }
    }
    return false;
  }

  private void begin() throws IOException {
    if (!begun) {
      Node root = reader.root(version);
      if (root != null) {
        enter(root, null, null);
      }
      begun = true;
    }
  }

  private boolean arrive(Frame top) throws IOException {
    byte[] key = reader.key(top.node, top.index());
    checkOrder(key);
    seeking = false;
    if (range.isPastEnd(key)) {
      stack.clear();
      return false;
    }
    current = key;
    return true;
  }

  private void checkOrder(byte[] key) {
    byte[] before = previous == null ? range.start() : previous;
    if (before == null) {
      return;
    }
    int order = step * Arrays.compareUnsigned(key, before);
    if (order < 0 || (order == 0 && (previous != null || !range.startIncluded()))) {
      throw new MalformedMessageException("the keys of the tree are not in order");
    }
  }

  boolean atKey() {
    return top().isKey();
  }

  /** Returns the key the walk stands at. */
  byte[] key() throws IOException {
    byte[] key = current;
    return key == null ? reader.key(top().node, top().index()) : key;
  }

  Entry entry() throws IOException {
    return reader.block(top().node.keySeq(top().index())).entry();
  }

  /** Returns the block of the key or of the subtree that the walk stands at. */
  long seq() {
    Frame top = top();
    return top.isKey() ? top.node.keySeq(top.index()) : top.node.childSeq(top.index());
  }

  /** Returns whether both walks stand before the same subtree, or at the same key's same put. */
  boolean isSameAs(TreeWalk other) {
    return atKey() == other.atKey()
        && seq() == other.seq()
        && (atKey()
            || top().node.childOffset(top().index())
                == other.top().node.childOffset(other.top().index()));
  }

  /** Returns the key before the subtree, or null if there is none. */
  byte @Nullable [] lower() throws IOException {
    Frame top = top();
    return top.index() == 0 ? top.lower : reader.key(top.node, top.index() - 1);
  }

  /** Returns the key behind the subtree, or null if there is none. */
  byte @Nullable [] upper() throws IOException {
    Frame top = top();
    return top.index() == top.node.keyCount() ? top.upper : reader.key(top.node, top.index());
  }

  /** Steps over the key or the whole subtree. */
  void skip() {
    if (current != null) {
      previous = current;
      current = null;
    }
    seeking = false;
    top().position += step;
  }

  /** Goes into the subtree. */
  void descend() throws IOException {
    Frame top = top();
    Node child = reader.child(top.node, top.index());
    byte[] lower = lower();
    byte[] upper = upper();
    top.position += step;
    BlockReader.checkDepth(stack.size() + 1);
    enter(child, lower, upper);
  }

  private void enter(Node node, byte @Nullable [] lower, byte @Nullable [] upper)
      throws IOException {
    int position = step > 0 ? 0 : 2 * node.keyCount();
    byte[] start = range.start();
    if (seeking && start != null) {
      int i = reader.search(node, start);
      if (i < 0) {
        position = 2 * (-i - 1);
      } else {
        position = 2 * i + 1 + (range.startIncluded() ? 0 : step);
        seeking = false;
      }
    }
    stack.add(new Frame(node, lower, upper, position));
  }

  private Frame top() {
    return stack.get(stack.size() - 1);
  }

  /** A node on the way down, and how far the walk has come in it. */
  private static final class Frame {
    final Node node;
    final byte @Nullable [] lower;
    final byte @Nullable [] upper;

    /** Child 0, key 0, child 1, key 1 and so on: even positions are children. */
    int position;

    Frame(Node node, byte @Nullable [] lower, byte @Nullable [] upper, int position) {
      this.node = node;
      this.lower = lower;
      this.upper = upper;
      this.position = position;
    }

    boolean isKey() {
      return (position & 1) == 1;
    }

    int index() {
      return position >> 1;
    }

    boolean isOutside() {
      return position < 0 || position > 2 * node.keyCount();
    }
  }
}
