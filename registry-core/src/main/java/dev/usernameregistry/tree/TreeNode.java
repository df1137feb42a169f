package dev.usernameregistry.tree;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One node of the Merkle tree.
 *
 * <pre>
 * field  encoding
 * index  uint
 * size   uint
 * hash   32 bytes
 * </pre>
 *
 * @param index place in the flat tree; the leaf of block b is 2b
 * @param size bytes in all blocks below this node
 * @param hash 32 bytes; not copied, so nobody may change them
 */
public record TreeNode(long index, long size, byte[] hash) {
  private static final int ENCODED_BYTES_MIN = 1 + 1 + Blake2b.BYTES;

  /** Writes the bytes of the table above. */
  public void encode(WireWriter out) {
    out.uint(index).uint(size).raw(hash);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws dev.usernameregistry.codec.MalformedMessageException if the bytes do not follow the
   *     table
   */
  public static TreeNode decode(WireReader in) {
    return new TreeNode(in.uint(), in.uint(), in.fixed(Blake2b.BYTES));
  }

  /** Writes how many nodes there are and each of them. */
  public static void encodeAll(List<TreeNode> nodes, WireWriter out) {
    out.uint(nodes.size());
    for (TreeNode node : nodes) {
      node.encode(out);
    }
  }

  /** Returns how many bytes {@link #encodeAll} writes. */
  public static int encodedBytes(List<TreeNode> nodes) {
    int bytes = WireWriter.uintBytes(nodes.size());
    for (TreeNode node : nodes) {
      bytes += WireWriter.uintBytes(node.index) + WireWriter.uintBytes(node.size) + Blake2b.BYTES;
    }
    return bytes;
  }

  /**
   * Reads what {@link #encodeAll} wrote: as many nodes as the bytes left can hold, no more.
   *
   * @throws dev.usernameregistry.codec.MalformedMessageException if the bytes hold something else
   */
  public static List<TreeNode> decodeAll(WireReader in) {
    int count = in.count(ENCODED_BYTES_MIN, WireReader.ARRAY_ELEMENTS_MAX);
    List<TreeNode> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(decode(in));
    }
    return List.copyOf(nodes);
  }

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
