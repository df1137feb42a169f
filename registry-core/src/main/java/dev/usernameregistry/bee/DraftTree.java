package dev.usernameregistry.bee;

import dev.usernameregistry.bee.DraftNode.ChildPointer;
import dev.usernameregistry.bee.DraftNode.KeyPointer;
import dev.usernameregistry.codec.MalformedMessageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree of one version and the operations of one append on it, in memory. Which nodes an
 * operation changes, and in which order they are written, is as in the reference, so that equal
 * operations make equal blocks. Not thread-safe.
 */
final class DraftTree {
  private final BlockReader reader;
  private final boolean alwaysDuplicate;

  /** The number of the first block that is going to be appended. */
  private final long firstSeq;

  private final List<DraftBlock> blocks = new ArrayList<>();
  private DraftNode root;

  DraftTree(BlockReader reader, long version, boolean alwaysDuplicate) throws IOException {
    this.reader = reader;
    this.alwaysDuplicate = alwaysDuplicate;
    this.firstSeq = version;
    Node stored = reader.root(version);
    this.root = stored == null ? new DraftNode() : DraftNode.of(stored);
  }

  /** Returns the bytes to append. Nothing may be done with this tree afterwards. */
  List<byte[]> encode() {
    List<byte[]> encoded = new ArrayList<>(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      DraftBlock block = blocks.get(i);
      if (i < blocks.size() - 1) {
        block.compact();
      }
      encoded.add(block.encode());
    }
    return encoded;
  }

  /** Does one operation, or nothing if its condition or the options say so. */
  void apply(BeeBatch.Operation operation) throws IOException {
    if (operation.delete()) {
      delete(operation);
    } else {
      put(operation);
    }
  }

  private void put(BeeBatch.Operation operation) throws IOException {
    KeyPointer key = new KeyPointer(firstSeq + blocks.size(), operation.key());
    List<DraftNode> path = new ArrayList<>();
    DraftNode node = root;
    int i = search(node, operation.key());
    while (i < 0 && !node.isLeaf()) {
      // Marked even if the put is left out then: a later operation of the batch writes it anew.
      node.changed = true;
      path.add(node);
      node = child(node, -i - 1, path.size());
      i = search(node, operation.key());
    }
    if (i >= 0) {
      node.changed |= !node.isLeaf();
      if (!replaces(operation, entry(node.keys.get(i)))) {
        return;
      }
      node.setKey(i, key);
    } else {
      node.insertKey(-i - 1, key);
      split(node, path);
    }
    finish(operation);
  }

  private boolean replaces(BeeBatch.Operation operation, Entry previous) {
    return operation.condition().test(previous)
        && (alwaysDuplicate || !previous.hasValue(operation.value()));
  }

  private void split(DraftNode full, List<DraftNode> path) {
    DraftNode node = full;
    for (int depth = path.size(); node.keys.size() > Node.KEYS_MAX; depth--) {
      DraftNode right = node.splitRight();
      KeyPointer median = node.keys.remove(node.keys.size() - 1);
      DraftNode parent;
      int i = 0;
      if (depth == 0) {
        parent = new DraftNode();
        parent.children.add(new ChildPointer(node));
        root = parent;
      } else {
        parent = path.get(depth - 1);
        i = indexOf(parent, node);
      }
      parent.insertKey(i, median);
      parent.children.add(i + 1, new ChildPointer(right));
      node = parent;
    }
  }

  private void delete(BeeBatch.Operation operation) throws IOException {
    List<DraftNode> path = new ArrayList<>();
    DraftNode node = root;
    path.add(node);
    int i = search(node, operation.key());
    while (i < 0 && !node.isLeaf()) {
      node = child(node, -i - 1, path.size());
      path.add(node);
      i = search(node, operation.key());
    }
    if (i < 0 || !operation.condition().test(entry(node.keys.get(i)))) {
      return;
    }
    if (node.isLeaf()) {
      node.removeKey(i);
    } else {
      replaceByNeighbour(node, i, path);
    }
    for (DraftNode changed : path) {
      changed.changed = true;
    }
    rebalance(path);
    finish(operation);
  }

  /** Puts the key before or behind key {@code i} in its place, whichever has the fuller leaf. */
  private void replaceByNeighbour(DraftNode node, int i, List<DraftNode> path) throws IOException {
    List<DraftNode> left = pathToLeaf(node, i, true, path.size());
    List<DraftNode> right = pathToLeaf(node, i + 1, false, path.size());
    List<KeyPointer> before = left.get(left.size() - 1).keys;
    List<KeyPointer> behind = right.get(right.size() - 1).keys;
    if (before.size() < behind.size()) {
      path.addAll(right);
      node.keys.set(i, behind.remove(0));
    } else {
      path.addAll(left);
      node.keys.set(i, before.remove(before.size() - 1));
    }
  }

  private List<DraftNode> pathToLeaf(DraftNode parent, int i, boolean last, int depth)
      throws IOException {
    List<DraftNode> path = new ArrayList<>();
    DraftNode node = child(parent, i, depth);
    path.add(node);
    while (!node.isLeaf()) {
      node = child(node, last ? node.children.size() - 1 : 0, depth + path.size());
      path.add(node);
    }
    return path;
  }

  /** Fills up nodes that have become too small, from the lower end of {@code path}. */
  private void rebalance(List<DraftNode> path) throws IOException {
    for (int depth = path.size() - 1; depth > 0; depth--) {
      DraftNode node = path.get(depth);
      if (!node.isTooSmall() || !fill(node, path.get(depth - 1), depth)) {
        return;
      }
    }
    if (root.keys.isEmpty() && !root.isLeaf()) {
      root = child(root, 0, 1);
    }
  }

  /** Borrows a key for {@code node} or merges it; returns whether the parent lost a key. */
  private boolean fill(DraftNode node, DraftNode parent, int depth) throws IOException {
    int i = indexOf(parent, node);
    DraftNode left = i == 0 ? null : sibling(node, parent, i - 1, depth);
    DraftNode right = i == parent.keys.size() ? null : sibling(node, parent, i + 1, depth);
    if (left != null && left.hasToSpare()) {
      borrowFromLeft(node, parent, i, left);
      return false;
    }
    if (right != null && right.hasToSpare()) {
      borrowFromRight(node, parent, i, right);
      return false;
    }
    if (left != null) {
      left.merge(parent.keys.get(i - 1), node);
      parent.removeKey(i - 1);
    } else if (right != null) {
      node.merge(parent.keys.get(i), right);
      parent.removeKey(i);
    } else {
      throw new AssertionError("a node that is not the root has no sibling");
    }
    return true;
  }

  private static void borrowFromLeft(DraftNode node, DraftNode parent, int i, DraftNode left) {
    left.changed = true;
    node.keys.add(0, parent.keys.get(i - 1));
    parent.keys.set(i - 1, left.keys.remove(left.keys.size() - 1));
    if (!left.isLeaf()) {
      node.children.add(0, left.children.remove(left.children.size() - 1));
    }
  }

  private static void borrowFromRight(DraftNode node, DraftNode parent, int i, DraftNode right) {
    right.changed = true;
    node.keys.add(parent.keys.get(i));
    parent.keys.set(i, right.keys.remove(0));
    if (!right.isLeaf()) {
      node.children.add(right.children.remove(0));
    }
  }

  private DraftNode sibling(DraftNode node, DraftNode parent, int i, int depth) throws IOException {
    DraftNode sibling = child(parent, i, depth);
    if (sibling.isLeaf() != node.isLeaf()) {
      throw new MalformedMessageException("the tree's leaves are not at one depth");
    }
    return sibling;
  }

  private void finish(BeeBatch.Operation operation) {
    long seq = firstSeq + blocks.size();
    blocks.add(new DraftBlock(seq, operation.key(), operation.value(), root));
  }

  private DraftNode child(DraftNode parent, int i, int depth) throws IOException {
    BlockReader.checkDepth(depth + 1);
    return parent.children.get(i).load(reader);
  }

  private static int indexOf(DraftNode parent, DraftNode node) {
    for (int i = 0; i < parent.children.size(); i++) {
      if (parent.children.get(i).node == node) {
        return i;
      }
    }
    throw new AssertionError("a node is not among its parent's children");
  }

  private Entry entry(KeyPointer pointer) throws IOException {
    return pointer.seq < firstSeq
        ? reader.block(pointer.seq).entry()
        : blocks.get((int) (pointer.seq - firstSeq)).entry();
  }

  /** Returns which key of {@code node} is {@code key}, or {@code -(insertion point) - 1}. */
  private int search(DraftNode node, byte[] key) throws IOException {
    SortedKeys keys = i -> bytes(node.keys.get(i));
    return keys.search(node.keys.size(), key);
  }

  private byte[] bytes(KeyPointer pointer) throws IOException {
    byte @Nullable [] bytes = pointer.bytes;
    if (bytes == null) {
      bytes = reader.block(pointer.seq).key();
      pointer.bytes = bytes;
    }
    return bytes;
  }
}
