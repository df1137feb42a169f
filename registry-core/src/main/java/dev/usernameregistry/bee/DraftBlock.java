package dev.usernameregistry.bee;

import dev.usernameregistry.bee.DraftNode.ChildPointer;
import dev.usernameregistry.bee.DraftNode.KeyPointer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block that is going to be appended: key, value, and the nodes it writes, in the order of their
 * offsets. Its layout is that of {@link BeeBlock}. Not thread-safe.
 */
final class DraftBlock {
  private final long seq;
  private final byte[] key;
  private final byte @Nullable [] value;
  private final List<ChildPointer> written = new ArrayList<>();

  /** Lists the changed nodes of the tree below {@code root}, and moves them to this block. */
  DraftBlock(long seq, byte[] key, byte @Nullable [] value, DraftNode root) {
    this.seq = seq;
    this.key = key;
    this.value = value;
    written.add(new ChildPointer(root)); // without a place: nothing points to a root
    writeBelow(root);
  }

  private void writeBelow(DraftNode node) {
    node.changed = false;
    for (ChildPointer child : node.children) {
      if (child.node != null && child.node.changed) {
        child.moveTo(seq, written.size());
        written.add(child);
        writeBelow(child.node);
      }
    }
  }

  Entry entry() {
    return new Entry(seq, key, value, 0, value == null ? 0 : value.length);
  }

  /**
   * Drops the root and the nodes that later blocks of the batch wrote again, and closes each gap
   * with the node that is last then.
   */
  void compact() {
    for (int offset = 0; offset < written.size(); ) {
      if (written.get(offset).seq == seq) {
        written.get(offset).offset = offset;
        offset++;
      } else {
        dropAndClose(offset);
      }
    }
  }

  private void dropAndClose(int offset) {
    ChildPointer last = written.remove(written.size() - 1);
    if (offset < written.size()) {
      written.set(offset, last);
    }
  }

  /** Returns the block's bytes, with the nodes as they are now. */
  byte[] encode() {
    int[] levelBytes = new int[written.size()];
    int indexBytes = 0;
    for (int i = 0; i < levelBytes.length; i++) {
      levelBytes[i] = levelBytes(node(i));
      indexBytes += fieldBytes(levelBytes[i]);
    }
    int valueBytes = value == null ? 0 : fieldBytes(value.length);
    ProtoWriter out = new ProtoWriter(fieldBytes(indexBytes) + fieldBytes(key.length) + valueBytes);
    out.begin(1, indexBytes);
    for (int i = 0; i < levelBytes.length; i++) {
      out.begin(1, levelBytes[i]);
      writeLevel(out, node(i));
    }
    out.bytes(2, key);
    out.bytesIfPresent(3, value);
    return out.toByteArray();
  }

  private DraftNode node(int offset) {
    DraftNode node = written.get(offset).node;
    if (node == null) {
      throw new AssertionError("node " + offset + " of block " + seq + " was never loaded");
    }
    return node;
  }

  private static void writeLevel(ProtoWriter out, DraftNode node) {
    if (!node.keys.isEmpty()) {
      out.begin(1, keysBytes(node));
      for (KeyPointer pointer : node.keys) {
        out.varint(pointer.seq);
      }
    }
    if (!node.children.isEmpty()) {
      out.begin(2, childrenBytes(node));
      for (ChildPointer pointer : node.children) {
        out.varint(pointer.seq);
        out.varint(pointer.offset);
      }
    }
  }

  private static int levelBytes(DraftNode node) {
    int keys = node.keys.isEmpty() ? 0 : fieldBytes(keysBytes(node));
    return keys + (node.children.isEmpty() ? 0 : fieldBytes(childrenBytes(node)));
  }

  private static int keysBytes(DraftNode node) {
    int bytes = 0;
    for (KeyPointer pointer : node.keys) {
      bytes += ProtoWriter.varintBytes(pointer.seq);
    }
    return bytes;
  }

  private static int childrenBytes(DraftNode node) {
    int bytes = 0;
    for (ChildPointer pointer : node.children) {
      bytes += ProtoWriter.varintBytes(pointer.seq) + ProtoWriter.varintBytes(pointer.offset);
    }
    return bytes;
  }

  /** Returns the size of a field with a one-byte tag and {@code byteCount} bytes of content. */
  private static int fieldBytes(int byteCount) {
    return 1 + ProtoWriter.varintBytes(byteCount) + byteCount;
  }
}
