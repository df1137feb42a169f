package dev.usernameregistry.tree;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Blake2b;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The three hashes of the tree, each BLAKE2b-256. All integers are 8 bytes, little-endian.
 *
 * <pre>
 * leaf       00 ‖ bytes in the block ‖ block
 * parent     01 ‖ bytes below both children ‖ hash of the left ‖ hash of the right
 * tree hash  02 ‖ for each root, left to right: hash ‖ index ‖ bytes below
 * </pre>
 */
public final class TreeHasher {
  private static final byte LEAF = 0;
  private static final byte PARENT = 1;
  private static final byte ROOTS = 2;

  private TreeHasher() {}

  /** Returns the leaf of {@code block}, whose bytes are {@code value}. */
  public static TreeNode leaf(long block, byte[] value) {
    byte[] prefix = new byte[1 + 8];
    littleEndian(prefix).put(LEAF).putLong(value.length);
    return new TreeNode(2 * block, value.length, Blake2b.hash(prefix, value));
  }

  /**
   * Returns the node above two siblings, given in either order.
   *
   * @throws InvalidProofException if there are more bytes below it than a wire integer counts
   */
  public static TreeNode parent(TreeNode one, TreeNode other) {
    boolean inOrder = one.index() < other.index();
    TreeNode left = inOrder ? one : other;
    TreeNode right = inOrder ? other : one;
    long size = sum(left.size(), right.size());
    byte[] preimage = new byte[1 + 8 + 2 * Blake2b.BYTES];
    littleEndian(preimage).put(PARENT).putLong(size).put(left.hash()).put(right.hash());
    return new TreeNode(FlatTree.parent(left.index()), size, Blake2b.hash(preimage));
  }

  /** Returns the hash over all roots; it commits to the number of blocks too. */
  public static byte[] treeHash(List<TreeNode> roots) {
    byte[] preimage = new byte[1 + roots.size() * (Blake2b.BYTES + 8 + 8)];
    ByteBuffer out = littleEndian(preimage).put(ROOTS);
    for (TreeNode root : roots) {
      out.put(root.hash()).putLong(root.index()).putLong(root.size());
    }
    return Blake2b.hash(preimage);
  }

  static long sum(long size, long otherSize) {
    long sum = size + otherSize; // both fit 53 bits, so this cannot overflow
    if (sum > WireReader.UINT_MAX) {
      throw new InvalidProofException(sum + " bytes, at most " + WireReader.UINT_MAX);
    }
    return sum;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
