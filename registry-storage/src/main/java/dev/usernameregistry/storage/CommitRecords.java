package dev.usernameregistry.storage;

import dev.usernameregistry.log.Commit;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The blocks and nodes of a commit, as the records that are to be put. */
final class CommitRecords {
  /**
   * Larger blocks lie apart from the nodes they complete: to read those with them, RocksDB would
   * read the whole block too, where it reads some 4 KiB of a table else.
   */
  private static final int VALUE_BYTES_MAX = 4096;

  private static final byte[] NO_HEAD = {};

  private final List<Block> blocks = new ArrayList<>();

  /** Those with records of their own. */
  private final List<TreeNode> nodes;

  private CommitRecords(List<TreeNode> nodes) {
    this.nodes = nodes;
  }

  /** Returns those of a log that keeps nodes and blocks apart. */
  static CommitRecords apart(Commit commit) {
    CommitRecords records = new CommitRecords(commit.nodes());
    commit.blocks().forEach((number, value) -> records.add(number, NO_HEAD, value));
    return records;
  }

  /**
   * Returns those of a log that keeps nodes with the blocks that complete them, if all of these
   * come with the block. Of a frozen log, none is kept so: it may replace one that is not.
   */
  static CommitRecords together(Commit commit) {
    boolean frozen = commit.state().evidence().length > 0;
    CommitRecords records = new CommitRecords(new ArrayList<>());
    List<TreeNode> made = commit.nodes();
    int next = 0;
    for (Map.Entry<Long, byte[]> block : commit.blocks().entrySet()) {
      long number = block.getKey();
      while (next < made.size() && FlatTree.lastBlock(made.get(next).index()) < number) {
        records.nodes.add(made.get(next++));
      }
      int end = next + FlatTree.completedBy(number);
      boolean small = block.getValue().length <= VALUE_BYTES_MAX;
      if (small && !frozen && areCompletedBy(number, made, next, end)) {
        records.add(number, BlockRecord.headOf(made.subList(next, end)), block.getValue());
        next = end;
      } else {
        records.add(number, BlockRecord.NO_NODES, block.getValue());
      }
    }
    records.nodes.addAll(made.subList(next, made.size()));
    return records;
  }

  void addTo(RecordBatch batch, long id) {
    for (TreeNode node : nodes) {
      batch.put(RecordKeys.node(id, node.index()), NodeBytes.encode(node));
    }
    for (Block block : blocks) {
      batch.put(RecordKeys.block(id, block.number), block.head, block.value);
    }
  }

  private void add(long number, byte[] head, byte[] value) {
    blocks.add(new Block(number, head, value));
  }

  private static boolean areCompletedBy(long block, List<TreeNode> nodes, int from, int to) {
    for (int at = from; at < to; at++) {
      int depth = at - from;
      if (at >= nodes.size() || nodes.get(at).index() != FlatTree.index(depth, block >>> depth)) {
        return false;
      }
    }
    return true;
  }

  /** A block to be stored: a number and the two parts of the record's value. */
  private record Block(long number, byte[] head, byte[] value) {}
}
