package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireReader;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RootsTest {
  private static final byte[] HASH = new byte[32];
  private static final TreeNode LARGEST = new TreeNode(FlatTree.BLOCKS_MAX - 1, 1, HASH);

  @Test
  void rootsAreMadeOfTheirOwnNodes() {
    TestTree tree = TestTree.random(new Random(5), 300);
    for (int length = 0; length <= 300; length++) {
      Roots roots = tree.rootsAt(length);
      assertThat(roots.length()).isEqualTo(length);
      assertThat(roots).isEqualTo(Roots.EMPTY.append(tree.blocks.subList(0, length)).roots());
    }
  }

  @Test
  void nodesThatAreNoRootsAreRefused() {
    TestTree tree = TestTree.random(new Random(6), 8);
    refuses(tree.node(2));
    refuses(tree.node(9), tree.node(3));
    refuses(tree.node(1), tree.node(5)); // would be node 3
    refuses(tree.node(0), tree.node(5));
    refuses(tree.node(3), tree.node(3));
    refuses(new TreeNode(0, -1, HASH));
    refuses(new TreeNode(0, 1, new byte[31]));
    refuses(new TreeNode((1L << 53) - 1, 1, HASH));
    refuses(LARGEST, new TreeNode(2 * FlatTree.BLOCKS_MAX, 1, HASH));
  }

  @Test
  void nothingIsAppendedToTheLargestTree() {
    assertThatThrownBy(() -> Roots.of(List.of(LARGEST)).append(List.of(HASH)))
        .isInstanceOf(InvalidProofException.class);
  }

  @Test
  void treesOfOtherLengthsStandOverOtherBlocks() {
    TestTree tree = TestTree.random(new Random(10), 6);
    assertThat(tree.rootsAt(4).sameBlocks(tree.rootsAt(4))).isTrue();
    assertThat(tree.rootsAt(4).sameBlocks(tree.rootsAt(6))).isFalse();
    assertThat(tree.rootsAt(6).sameBlocks(tree.rootsAt(4))).isFalse();
  }

  @Test
  void appendedNodesAreEachMadeOnceAndChildrenFirst() {
    TestTree tree = TestTree.random(new Random(7), 100);
    for (int from = 0; from < 100; from++) {
      Roots.Appended appended = tree.rootsAt(from).append(tree.blocks.subList(from, 100));
      long expected = 2L * 100 - Long.bitCount(100) - (2L * from - Long.bitCount(from));
      assertThat(appended.nodes()).hasSize((int) expected).doesNotHaveDuplicates();
      assertThat(appended.nodes()).allMatch(node -> node.equals(tree.nodes.get(node.index())));
      assertThat(appended.roots()).isEqualTo(tree.roots);
    }
  }

  @Test
  void aTreeIsExtendedByItsOwnNodesOnly() {
    TestTree tree = TestTree.random(new Random(8), 40);
    for (int from = 0; from <= 40; from++) {
      assertThat(tree.rootsAt(from).extend(40 - from, tree.nodes::get)).isEqualTo(tree.roots);
    }
    Roots ten = tree.rootsAt(10);
    assertThatThrownBy(() -> ten.extend(5, index -> null))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageContaining("21");
    assertThatThrownBy(() -> ten.extend(5, index -> tree.node(0)))
        .isInstanceOf(InvalidProofException.class);
    for (long blocks : new long[] {-1, WireReader.UINT_MAX, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> ten.extend(blocks, tree.nodes::get))
          .isInstanceOf(InvalidProofException.class);
    }
  }

  @Test
  void moreBytesThanAWireIntegerCountsAreRefused() {
    TreeNode half = new TreeNode(0, WireReader.UINT_MAX / 2 + 1, HASH);
    TreeNode other = new TreeNode(2, WireReader.UINT_MAX / 2 + 1, HASH);
    Roots roots = Roots.of(List.of(half));
    assertThatThrownBy(() -> roots.extend(1, index -> other))
        .isInstanceOf(InvalidProofException.class);
    assertThatThrownBy(() -> TreeHasher.parent(half, other))
        .isInstanceOf(InvalidProofException.class);
  }

  @Test
  void theOrderOfChildrenDoesNotMatter() {
    TestTree tree = TestTree.random(new Random(9), 2);
    assertThat(TreeHasher.parent(tree.node(2), tree.node(0))).isEqualTo(tree.node(1));
  }

  private static void refuses(TreeNode... nodes) {
    assertThatThrownBy(() -> Roots.of(List.of(nodes))).isInstanceOf(IllegalArgumentException.class);
  }
}
