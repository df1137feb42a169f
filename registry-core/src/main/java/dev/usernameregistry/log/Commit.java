package dev.usernameregistry.log;

import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.util.List;
import java.util.Map;

/**
 * One change of one log, stored whole or not at all.
 *
 * <p>Applied in this order: everything at or above {@code keepBlocks} is removed, that is the
 * blocks from there on and every tree node whose span reaches past the leaf of block {@code
 * keepBlocks - 1}; then the state, the nodes and the blocks are stored.
 *
 * @param state what the log is after this change
 * @param keepBlocks blocks below this number stay; {@link Long#MAX_VALUE} removes nothing
 * @param nodes tree nodes to store; one that is stored already, and not removed, must be equal, or,
 *     if the state has evidence, is replaced: its size may have been a lie then. In the order of
 *     {@link dev.usernameregistry.tree.FlatTree#compareByCompletion}, so that a storage can keep
 *     them with the blocks that complete them
 * @param blocks values by block number, lowest first; none is stored already, unless it is removed
 * @param durable whether this change must not be lost once the commit has returned
 */
public record Commit(
    LogState state,
    long keepBlocks,
    List<TreeNode> nodes,
    Map<Long, byte[]> blocks,
    boolean durable) {

  /** Returns whether there may be something to remove; no log has more than the most blocks. */
  public boolean cuts() {
    return keepBlocks < FlatTree.BLOCKS_MAX;
  }
}
