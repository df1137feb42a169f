package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredBlocksTest {
  private static final int LENGTH = 200_000;

  private static void assertSame(StoredBlocks stored, BitSet model, Random random) {
    assertThat(stored.contiguousLength()).isEqualTo(model.nextClearBit(0));
    for (int i = 0; i < 300; i++) {
      int block = random.nextInt(LENGTH);
      assertThat(stored.has(block)).as("block %s", block).isEqualTo(model.get(block));
      int to = block + random.nextInt(LENGTH - block);
      int set = model.nextSetBit(block);
      assertThat(stored.next(block, to, true)).isEqualTo(set < 0 ? to : Math.min(set, to));
      assertThat(stored.next(block, to, false)).isEqualTo(Math.min(model.nextClearBit(block), to));
      int start = block / 32 * 32;
      int[] words = stored.words(start, 3);
      for (int bit = 0; bit < 96; bit++) {
        boolean isSet = (words[bit / 32] >>> (bit % 32) & 1) != 0;
        assertThat(isSet).as("bit %s from %s", bit, start).isEqualTo(model.get(start + bit));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesLikeOneBitForEachBlock(long seed) {
    Random random = new Random(seed);
    StoredBlocks stored = new StoredBlocks(0, new long[0]);
    BitSet model = new BitSet();
    for (int round = 0; round < 60; round++) {
      int start = random.nextInt(4) == 0 ? model.nextClearBit(0) : random.nextInt(LENGTH - 9000);
      int count = 1 + random.nextInt(random.nextBoolean() ? 5 : 9000);
      stored.set(start, count);
      model.set(start, start + count);
      if (random.nextInt(10) == 0) {
        int length = random.nextInt(LENGTH);
        stored = stored.below(length);
        model.clear(length, LENGTH);
      }
      assertSame(stored, model, random);
    }
    StoredBlocks again =
        new StoredBlocks(
            model.nextClearBit(0),
            model.stream().filter(b -> b >= model.nextClearBit(0)).asLongStream().toArray());
    assertSame(again, model, random);
  }

  @Test
  void blocksFarApartAreFoundWithoutWalkingBetweenThem() {
    StoredBlocks stored = new StoredBlocks(5, new long[] {1L << 51});
    assertThat(stored.next(5, 1L << 52, true)).isEqualTo(1L << 51);
    assertThat(stored.next((1L << 51) + 1, 1L << 52, true)).isEqualTo(1L << 52);
    assertThat(stored.next(5, 1L << 52, false)).isEqualTo(5);
    assertThat(stored.has(1L << 51)).isTrue();
  }

  @Test
  void readersSeeNoGapWhileTheContiguousPartGrowsOverPages() throws InterruptedException {
    StoredBlocks stored = new StoredBlocks(0, new long[0]);
    stored.set(1, 1_000_000);
    Thread writer = new Thread(() -> stored.set(0, 1));
    Random random = new Random(1);
    writer.start();
    for (int i = 0; i < 100_000; i++) {
      long block = random.nextLong(1, 1_000_001);
      if (!stored.has(block)) {
        throw new AssertionError("block " + block + " has gone");
      }
    }
    writer.join();
    assertThat(stored.contiguousLength()).isEqualTo(1_000_001);
  }
}
