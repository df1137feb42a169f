package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.tree.FlatTree;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteBlocksTest {
  private static final int BLOCKS = 150_000;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sameAsOneBitForEachBlock(long seed) {
    Random random = new Random(seed);
    PageBudget budget = new PageBudget();
    RemoteBlocks blocks = new RemoteBlocks(budget);
    BitSet model = new BitSet();
    for (int i = 0; i < 300; i++) {
      change(random, blocks, model);
      for (int j = 0; j < 20; j++) {
        int block = random.nextInt(BLOCKS);
        int to = block + random.nextInt(BLOCKS);
        assertThat(blocks.has(block)).isEqualTo(model.get(block));
        int next = model.nextSetBit(block);
        assertThat(blocks.next(block, to)).isEqualTo(next < 0 ? to : Math.min(next, to));
        int absent = model.nextClearBit(block);
        assertThat(blocks.nextAbsent(block, to)).isEqualTo(Math.min(absent, to));
        assertThat(blocks.hasAll(block, to - block)).isEqualTo(absent >= to);
      }
      assertThat(firstAbsent(blocks)).isEqualTo(model.nextClearBit(0));
    }
    blocks.close();
    assertThat(left(budget)).isEqualTo(PageBudget.PAGES_MAX);
  }

  private static long firstAbsent(RemoteBlocks blocks) {
    return blocks.nextAbsent(0, WireReader.UINT_MAX);
  }

  private static void change(Random random, RemoteBlocks blocks, BitSet model) {
    int start = random.nextBoolean() ? random.nextInt(200) : random.nextInt(BLOCKS);
    int length = random.nextBoolean() ? random.nextInt(100) : random.nextInt(BLOCKS - start);
    switch (random.nextInt(4)) {
      case 0 -> {
        blocks.clear(start, length);
        model.clear(start, start + length);
      }
      case 1 -> {
        int[] words = new int[random.nextInt(2000)];
        int first = start - start % 32;
        for (int w = 0; w < words.length; w++) {
          words[w] = random.nextInt(3) == 0 ? -1 : random.nextInt();
          for (int bit = 0; bit < 32; bit++) {
            model.set(first + 32 * w + bit, ((words[w] >>> bit) & 1) != 0);
          }
        }
        blocks.insert(first, words);
      }
      default -> {
        blocks.set(start, length);
        model.set(start, start + length);
      }
    }
  }

  @Test
  void endlessRangesCostNoMoreThanTheirPages() {
    RemoteBlocks blocks = new RemoteBlocks(new PageBudget());
    for (int i = 0; i < 200_000; i++) {
      blocks.set(5 + 1_000_000L * i, WireReader.UINT_MAX);
    }
    blocks.set(WireReader.UINT_MAX, WireReader.UINT_MAX);
    blocks.clear(WireReader.UINT_MAX, WireReader.UINT_MAX);
    blocks.insert(FlatTree.BLOCKS_MAX - 32, new int[] {-1, -1, -1});
    blocks.insert(WireReader.UINT_MAX - 31, new int[] {1, 2, 3});
    assertThat(blocks.has(4)).isFalse();
    assertThat(blocks.has(5)).isTrue();

    blocks.set(0, WireReader.UINT_MAX);
    assertThat(firstAbsent(blocks)).isEqualTo(FlatTree.BLOCKS_MAX);
    blocks.clear(10, 1);
    assertThat(firstAbsent(blocks)).isEqualTo(10);
    assertThat(blocks.has(11)).isTrue();
    assertThat(blocks.has((long) RemoteBlocks.PAGES_MAX * 40_000)).as("forgotten").isFalse();
  }

  @Test
  void blocksWithoutAGapTakeNoPage() {
    PageBudget budget = new PageBudget();
    RemoteBlocks blocks = new RemoteBlocks(budget);
    blocks.insert(0, new int[] {0b11111}); // as a JavaScript peer tells of a log of five blocks
    assertThat(firstAbsent(blocks)).isEqualTo(5);
    assertThat(left(budget)).isEqualTo(PageBudget.PAGES_MAX);

    blocks.set(7, 100_000);
    assertThat(left(budget)).isEqualTo(PageBudget.PAGES_MAX - 4);
    blocks.set(5, 2);
    assertThat(firstAbsent(blocks)).isEqualTo(100_007);
    assertThat(left(budget)).isEqualTo(PageBudget.PAGES_MAX);
  }

  @Test
  void allLogsOfAPeerTogetherTakeNoMoreThanTheirBudget() {
    PageBudget budget = new PageBudget();
    List<RemoteBlocks> logs = new ArrayList<>();
    for (int log = 0; log < 40; log++) {
      RemoteBlocks blocks = new RemoteBlocks(budget);
      for (long page = 0; page < RemoteBlocks.PAGES_MAX; page++) {
        blocks.set((page << 15) + 1, 1);
      }
      assertThat(blocks.has(1)).isEqualTo(log < PageBudget.PAGES_MAX / RemoteBlocks.PAGES_MAX);
      logs.add(blocks);
    }
    assertThat(left(budget)).isZero();
    RemoteBlocks whole = new RemoteBlocks(budget);
    whole.insert(0, new int[] {-1, 0b11111});
    whole.insert(0, new int[] {-1, 0b11111});
    assertThat(firstAbsent(whole)).as("of a log that needs no page").isEqualTo(37);

    logs.get(0).clear(0, 1L << 15);
    logs.get(1).close();
    assertThat(left(budget)).isEqualTo(1 + RemoteBlocks.PAGES_MAX);
    logs.forEach(RemoteBlocks::close);
    assertThat(left(budget)).isEqualTo(PageBudget.PAGES_MAX);
  }

  /** Pages of 32,768 blocks, and one block in each. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneBlockInEachPageCostsNoMoreThanThePages(boolean asBitfield) {
    RemoteBlocks blocks = new RemoteBlocks(new PageBudget());
    long[] scattered = LongStream.range(1, 1_000).map(page -> page << 15).toArray();
    for (long block : scattered) {
      if (asBitfield) {
        blocks.insert(block, new int[] {1});
      } else {
        blocks.set(block, 1);
      }
    }
    assertThat(LongStream.of(scattered).filter(blocks::has)).hasSize(RemoteBlocks.PAGES_MAX);

    blocks.set(0, scattered[800]);
    blocks.set(scattered[900], 1);
    assertThat(blocks.has(scattered[900])).as("there is room again").isTrue();
  }

  private static int left(PageBudget budget) {
    int left = 0;
    while (budget.take()) {
      left++;
    }
    budget.give(left);
    return left;
  }
}
