package dev.usernameregistry.storage;

import dev.usernameregistry.tree.TreeNode;
import java.nio.ByteBuffer;

/** A tree node as records have it: size (8), hash (32). Its index follows from the record's key. */
final class NodeBytes {
  private static final int HASH_BYTES = 32;

  static final int LENGTH = 8 + HASH_BYTES;

  private NodeBytes() {}

  static byte[] encode(TreeNode node) {
    return put(ByteBuffer.allocate(LENGTH), node).array();
  }

  /** Writes {@code node} into {@code out}, and returns that. */
  static ByteBuffer put(ByteBuffer out, TreeNode node) {
    return out.putLong(node.size()).put(node.hash());
  }

  /** Reads the node with {@code index} from what is next in {@code in}. */
  static TreeNode get(ByteBuffer in, long index) {
    long size = in.getLong();
    byte[] hash = new byte[HASH_BYTES];
    in.get(hash);
    return new TreeNode(index, size, hash);
  }
}
