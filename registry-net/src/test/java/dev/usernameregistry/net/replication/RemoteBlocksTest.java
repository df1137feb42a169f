package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.tree.FlatTree;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemoteBlocksTest {
  private static final int BLOCKS = 150_000;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void sameAsOneBitForEachBlock(long seed) {
    Random random = new Random(seed);
    RemoteBlocks blocks = new RemoteBlocks();
    BitSet model = new BitSet();
    for (int i = 0; i < 300; i++) {
      change(random, blocks, model);
      for (int j = 0; j < 20; j++) {
        int block = random.nextInt(BLOCKS);
        int to = block + random.nextInt(BLOCKS);
        assertThat(blocks.has(block)).isEqualTo(model.get(block));
        int next = model.nextSetBit(block);
        assertThat(blocks.next(block, to)).isEqualTo(next < 0 ? to : Math.min(next, to));
      }
      assertThat(model.nextClearBit(0)).isGreaterThanOrEqualTo((int) blocks.contiguousLength());
    }
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
    RemoteBlocks blocks = new RemoteBlocks();
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
    assertThat(blocks.contiguousLength()).isEqualTo(FlatTree.BLOCKS_MAX);
    blocks.clear(10, 1);
    assertThat(blocks.contiguousLength()).isEqualTo(10);
    assertThat(blocks.has(11)).isTrue();
    assertThat(blocks.has((long) RemoteBlocks.PAGES_MAX * 40_000)).as("forgotten").isFalse();
  }
}
