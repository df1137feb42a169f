package dev.usernameregistry.bee;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree node in memory while operations are applied to it. Not thread-safe.
 *
 * <p>Which pointers are shared decides which bytes a batch writes: a child's pointer is one object
 * wherever it is moved to, and in the list of the block that wrote the child.
 */
final class DraftNode {
  final List<KeyPointer> keys = new ArrayList<>(Node.KEYS_MAX + 1);
  final List<ChildPointer> children = new ArrayList<>();

  /** Whether the next operation that is carried out writes this node anew. */
  boolean changed;

  static DraftNode of(Node stored) {
    DraftNode node = new DraftNode();
    for (int i = 0; i < stored.keyCount(); i++) {
      node.keys.add(new KeyPointer(stored.keySeq(i), stored.rememberedKey(i)));
    }
    for (int i = 0; !stored.isLeaf() && i <= stored.keyCount(); i++) {
      node.children.add(new ChildPointer(stored, i));
    }
    return node;
  }

  boolean isLeaf() {
    return children.isEmpty();
  }

  boolean isTooSmall() {
    return keys.size() < Node.KEYS_MIN;
  }

  /** Returns whether a sibling may take a key from this node. */
  boolean hasToSpare() {
    return keys.size() > Node.KEYS_MIN;
  }

  void setKey(int i, KeyPointer key) {
    keys.set(i, key);
    changed = true;
  }

  void insertKey(int i, KeyPointer key) {
    keys.add(i, key);
    changed = true;
  }

  /** Removes key {@code i} and the child behind it, which is then written no more. */
  void removeKey(int i) {
    keys.remove(i);
    if (!isLeaf()) {
      children.remove(i + 1).free();
    }
    changed = true;
  }

  /** Moves all above the middle key to a new node and returns it; the middle key stays last. */
  DraftNode splitRight() {
    DraftNode right = new DraftNode();
    right.changed = true;
    changed = true;
    int middle = keys.size() / 2;
    move(keys.subList(middle + 1, keys.size()), right.keys);
    if (!isLeaf()) {
      move(children.subList(middle + 1, children.size()), right.children);
    }
    return right;
  }

  private static <T> void move(List<T> from, List<T> to) {
    to.addAll(from);
    from.clear();
  }

  /** Takes in the key between the two nodes and all of {@code right}. */
  void merge(KeyPointer between, DraftNode right) {
    keys.add(between);
    keys.addAll(right.keys);
    children.addAll(right.children);
    changed = true;
  }

  /** A key: the block that put it, and its bytes once they were looked up. */
  static final class KeyPointer {
    final long seq;
    byte @Nullable [] bytes;

    KeyPointer(long seq, byte @Nullable [] bytes) {
      this.seq = seq;
      this.bytes = bytes;
    }
  }

  /** A child: the block and offset where it is written, and the node once it was loaded. */
  static final class ChildPointer {
    long seq;
    long offset;
    @Nullable DraftNode node;

    /** The stored parent and which child of it this is, to load the node from. */
    private @Nullable Node parent;

    private int child;

    ChildPointer(Node parent, int child) {
      this.seq = parent.childSeq(child);
      this.offset = parent.childOffset(child);
      this.parent = parent;
      this.child = child;
    }

    /** Points to a node that has not been written yet. */
    ChildPointer(DraftNode node) {
      this.node = node;
    }

    DraftNode load(BlockReader reader) throws java.io.IOException {
      DraftNode known = node;
      if (known == null) {
        if (parent == null) {
          throw new AssertionError("a pointer with neither node nor place");
        }
        known = DraftNode.of(reader.child(parent, child));
        node = known;
        parent = null;
      }
      return known;
    }

    void moveTo(long newSeq, long newOffset) {
      seq = newSeq;
      offset = newOffset;
    }

    /** No block has the number 0 and nodes, so no block writes this child any more. */
    void free() {
      seq = 0;
    }
  }
}
