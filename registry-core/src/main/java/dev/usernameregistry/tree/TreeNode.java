package dev.usernameregistry.tree;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * One node of the Merkle tree.
 *
 * @param index place in the flat tree; the leaf of block b is 2b
 * @param size bytes in all blocks below this node
 * @param hash 32 bytes; not copied, so nobody may change them
 */
public record TreeNode(long index, long size, byte[] hash) {

  /** Returns whether index, size and every byte of the hash are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TreeNode node
        && index == node.index
        && size == node.size
        && Arrays.equals(hash, node.hash);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(index) + Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return "TreeNode[" + index + ", " + size + " bytes, " + HexFormat.of().formatHex(hash) + "]";
  }
}
