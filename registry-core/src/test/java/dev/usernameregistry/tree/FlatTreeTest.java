package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlatTreeTest {
  @Test
  void indexIsInverseOfDepthAndOffset() {
    for (long i = 0; i < 100_000; i++) {
      holds(FlatTree.index(FlatTree.depth(i), FlatTree.offset(i)) == i, i);
    }
  }

  @Test
  void childrenParentsAndSiblingsAgree() {
    for (long i = 0; i < 100_000; i++) {
      long sibling = FlatTree.sibling(i);
      holds(FlatTree.sibling(sibling) == i, i);
      holds(FlatTree.parent(sibling) == FlatTree.parent(i), i);
      long parent = FlatTree.parent(i);
      holds(FlatTree.leftChild(parent) == Math.min(i, sibling), i);
      holds(FlatTree.rightChild(parent) == Math.max(i, sibling), i);
      holds(FlatTree.leaves(parent) == 2 * FlatTree.leaves(i), i);
      holds(FlatTree.leftSpan(parent) == FlatTree.leftSpan(Math.min(i, sibling)), i);
      holds(FlatTree.rightSpan(parent) == FlatTree.rightSpan(Math.max(i, sibling)), i);
      holds(FlatTree.lastBlock(i) == FlatTree.rightSpan(i) / 2, i);
      holds(FlatTree.depth(i) < FlatTree.completedBy(FlatTree.lastBlock(i)), i);
      holds(FlatTree.contains(parent, i) && !FlatTree.contains(i, parent), i);
    }
  }

  @Test
  void nodesAreInOrderOfTheBlocksThatCompleteThem() {
    List<Long> expected = new ArrayList<>();
    for (long block = 0; block < 1_000; block++) {
      for (int depth = 0; depth < FlatTree.completedBy(block); depth++) {
        expected.add(FlatTree.index(depth, block >> depth));
      }
    }
    List<Long> sorted = new ArrayList<>(expected);
    Collections.shuffle(sorted, new Random(1));
    sorted.sort(FlatTree::compareByCompletion);
    assertThat(sorted).isEqualTo(expected);
  }

  @Test
  void fullRootsCoverEveryLeafOnce() {
    for (long length = 0; length < 3_000; length++) {
      long next = 0;
      for (long root : FlatTree.fullRoots(length)) {
        holds(FlatTree.leftSpan(root) == next, length);
        holds(FlatTree.complete(root, length), length);
        holds(!FlatTree.complete(FlatTree.parent(root), length), length);
        next = FlatTree.rightSpan(root) + 2;
      }
      holds(next == 2 * length, length);
    }
  }

  @Test
  void growthAndTheOldRootsGiveTheNewRootsAndNothingElse() {
    for (long from = 0; from <= 130; from++) {
      for (long to = from; to <= 130; to++) {
        Set<Long> held = new HashSet<>();
        Arrays.stream(FlatTree.fullRoots(from)).forEach(held::add);
        for (long added : FlatTree.growth(from, to)) {
          holds(FlatTree.leftSpan(added) >= 2 * from, from);
          long node = added;
          while (held.remove(FlatTree.sibling(node))) {
            node = FlatTree.parent(node);
          }
          held.add(node);
        }
        Set<Long> wanted = new HashSet<>();
        Arrays.stream(FlatTree.fullRoots(to)).forEach(wanted::add);
        assertThat(held).isEqualTo(wanted);
      }
    }
  }

  @Test
  void theLargestTreesDoNotOverflow() {
    long length = FlatTree.BLOCKS_MAX;
    assertThat(FlatTree.fullRoots(length)).containsExactly(length - 1);
    assertThat(FlatTree.fullRoots(length - 1)).hasSize(52).isSorted();
    assertThat(FlatTree.growth(1, length)).hasSize(52);
    assertThat(FlatTree.growth(length - 1, length)).containsExactly(2 * length - 2);
    long highest = (1L << 53) - 1;
    assertThat(FlatTree.leftSpan(highest)).isZero();
    assertThat(FlatTree.rightSpan(highest)).isEqualTo((1L << 54) - 2);
    assertThat(FlatTree.sibling(highest)).isEqualTo((3L << 53) - 1);
  }

  /** AssertJ is too slow for a million comparisons. */
  private static void holds(boolean condition, long at) {
    if (!condition) {
      throw new AssertionError("at " + at);
    }
  }
}
