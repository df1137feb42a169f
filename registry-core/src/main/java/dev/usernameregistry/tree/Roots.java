package dev.usernameregistry.tree;

import dev.usernameregistry.crypto.Blake2b;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tops of all complete subtrees over the blocks of a log, left to right: all that is needed to
 * append to the tree or to check what it signs. Immutable; safe from any thread.
 */
public final class Roots {
  /** The roots of a log without blocks. */
  public static final Roots EMPTY = new Roots(List.of(), 0, 0);

  private final List<TreeNode> nodes;
  private final long length;
  private final long byteLength;

  /** Trusts its caller that the numbers are those of {@code nodes}. */
  Roots(List<TreeNode> nodes, long length, long byteLength) {
    this.nodes = nodes;
    this.length = length;
    this.byteLength = byteLength;
  }

  /**
   * Returns roots made of {@code nodes}, which imply length and byte length.
   *
   * @throws IllegalArgumentException if they are not the roots of any length, left to right, or a
   *     size or a hash is impossible
   */
  public static Roots of(List<TreeNode> nodes) {
    long length = 0;
    long byteLength = 0;
    for (TreeNode node : nodes) {
      if (FlatTree.leftSpan(node.index()) != 2 * length
          || node.size() < 0
          || node.hash().length != Blake2b.BYTES) {
        throw new IllegalArgumentException(node + " cannot follow block " + (length - 1));
      }
      length += FlatTree.leaves(node.index());
      byteLength = Math.addExact(byteLength, node.size());
    }
    if (length > FlatTree.BLOCKS_MAX || Long.bitCount(length) != nodes.size()) {
      throw new IllegalArgumentException(nodes.size() + " roots over " + length + " blocks");
    }
    return new Roots(List.copyOf(nodes), length, byteLength);
  }

  /** Returns how many blocks are below these roots. */
  public long length() {
    return length;
  }

  /** Returns how many bytes are in those blocks. */
  public long byteLength() {
    return byteLength;
  }

  /** Returns the roots, left to right; they cannot be changed. */
  public List<TreeNode> nodes() {
    return nodes;
  }

  /** Returns the 32-byte hash over all roots, which a writer signs. */
  public byte[] treeHash() {
    return TreeHasher.treeHash(nodes);
  }

  /**
   * Returns the roots after {@code values} have been appended, and the nodes that this made, in the
   * order in which blocks complete them.
   */
  public Appended append(List<byte[]> values) {
    return appendSubtrees(Subtree.parts(length, values).stream().map(Subtree.Part::hash).toList());
  }

  /**
   * The same for values that are hashed already.
   *
   * @param subtrees over all {@link Subtree#parts} from block {@link #length} on, in order
   */
  public Appended appendSubtrees(List<Subtree> subtrees) {
    List<TreeNode> made = new ArrayList<>();
    GrowingRoots growing =
        new GrowingRoots(
            this,
            (left, right) -> {
              TreeNode parent = TreeHasher.parent(left, right);
              made.add(parent);
              return parent;
            });
    for (Subtree subtree : subtrees) {
      made.addAll(subtree.nodes());
      growing.push(subtree.top());
    }
    return new Appended(growing.toRoots(), List.copyOf(made));
  }

  /**
   * Returns the roots of a longer tree, built from {@code blocks} more blocks' worth of {@code
   * nodes}. Only a signature over the result can say whether these are the right ones.
   *
   * @param nodes gives a node for its index, or null
   * @throws InvalidProofException if a needed node is missing or there are too many blocks or bytes
   */
  public Roots extend(long blocks, LongFunction<@Nullable TreeNode> nodes) {
    if (blocks < 0 || blocks > FlatTree.BLOCKS_MAX - length) {
      throw new InvalidProofException(
          blocks + " blocks after " + length + ", at most " + FlatTree.BLOCKS_MAX);
    }
    GrowingRoots growing = new GrowingRoots(this, TreeHasher::parent);
    for (long index : FlatTree.growth(length, length + blocks)) {
      TreeNode node = nodes.apply(index);
      if (node == null || node.index() != index) {
        throw new InvalidProofException("node " + index + " is missing");
      }
      growing.push(node);
    }
    return growing.toRoots();
  }

  /**
   * Returns whether both stand over the same blocks: whether they have the same hashes. A hash says
   * how many bytes are below it, so sizes that differ all the same are a lie; see {@link
   * Implied#target}.
   */
  public boolean sameBlocks(Roots other) {
    return length == other.length && firstDifference(other).isEmpty();
  }

  /**
   * Returns the first root that stands over other blocks than the root at its place in {@code
   * other}, which has the same length.
   */
  public Optional<TreeNode> firstDifference(Roots other) {
    for (int i = 0; i < nodes.size(); i++) {
      if (!Arrays.equals(nodes.get(i).hash(), other.nodes.get(i).hash())) {
        return Optional.of(nodes.get(i));
      }
    }
    return Optional.empty();
  }

  /** Returns whether both have the same nodes, sizes included. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Roots roots && nodes.equals(roots.nodes);
  }

  @Override
  public int hashCode() {
    return nodes.hashCode();
  }

  @Override
  public String toString() {
    return "Roots[" + length + " blocks, " + byteLength + " bytes]";
  }

  /**
   * What appending came to.
   *
   * @param roots over the old and the new blocks
   * @param nodes every node that did not exist before, in the order in which blocks complete them
   */
  public record Appended(Roots roots, List<TreeNode> nodes) {}
}
