package dev.usernameregistry.storage;

import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The record of a block in a log that keeps nodes with blocks. In front of the value is a head: the
 * count of nodes (1), and so many of them (40 each), from the leaf up. There are either none, or
 * all that the block completes.
 *
 * <p>A record is copied out of native code as far as it is needed. Who reads one must first ask
 * {@link #isWhole}.
 */
final class BlockRecord {
  /** The head of a block whose nodes have records of their own. */
  static final byte[] NO_NODES = {0};

  private BlockRecord() {}

  /** Returns the head with {@code nodes}, from the leaf up. */
  static byte[] headOf(List<TreeNode> nodes) {
    ByteBuffer head = ByteBuffer.allocate(headBytes(nodes.size())).put((byte) nodes.size());
    nodes.forEach(node -> NodeBytes.put(head, node));
    return head.array();
  }

  static int headBytes(int nodes) {
    return 1 + nodes * NodeBytes.LENGTH;
  }

  /** Returns whether a record so long that begins with {@code start} can be that of a block. */
  static boolean isWhole(long block, byte[] start, long bytes) {
    return bytes > 0
        && (start[0] == 0 || start[0] == FlatTree.completedBy(block))
        && bytes >= headBytes(start[0]);
  }

  static byte[] value(byte[] record) {
    return Arrays.copyOfRange(record, headBytes(record[0]), record.length);
  }

  /** Returns the node with {@code index} from the start of its block's record, or null. */
  static @Nullable TreeNode node(byte[] start, long index) {
    int depth = FlatTree.depth(index);
    int offset = headBytes(depth);
    return start[0] <= depth
        ? null
        : NodeBytes.get(ByteBuffer.wrap(start, offset, NodeBytes.LENGTH), index);
  }

  /** Shows all nodes in the record of {@code block}. */
  static void forEachNode(byte[] record, long block, Consumer<TreeNode> nodes) {
    ByteBuffer in = ByteBuffer.wrap(record, 1, record.length - 1);
    for (int depth = 0; depth < record[0]; depth++) {
      nodes.accept(NodeBytes.get(in, FlatTree.index(depth, block >>> depth)));
    }
  }
}
