package dev.usernameregistry.log;

import dev.usernameregistry.tree.TreeNode;
import java.util.List;

/**
 * A log as its writer last signed it. Immutable.
 *
 * @param length blocks in the log
 * @param fork truncations so far
 * @param byteLength bytes in those blocks
 * @param roots tops of the complete subtrees, left to right
 * @param treeHash 32-byte hash over the roots; not copied, so nobody may change it
 * @param signature over all of this, in the form that the manifest asks for; empty for a log
 *     without blocks and for one that needs none; not copied
 */
public record Head(
    long length,
    long fork,
    long byteLength,
    List<TreeNode> roots,
    byte[] treeHash,
    byte[] signature) {}
