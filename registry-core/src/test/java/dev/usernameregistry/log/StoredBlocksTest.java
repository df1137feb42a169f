package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredBlocksTest {
  private static final int LENGTH = 200_000;
  private static final long PAGE_BLOCKS = 32_768;
  private static final long PAGES = 400;
  private static final int ROUNDS = 50;

  /** Blocks of each page, behind its first, that readers look at. */
  private static final long READ_BLOCKS = 8;

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

  /**
   * Page after page goes as its other blocks come, while another thread looks at those that it had:
   * it may find neither the page nor a contiguous length above it. Whoever asks is rarely just
   * between the two, so there are many pages.
   */
  @ParameterizedTest
  @EnumSource
  void readersSeeNoGapWhileTheContiguousPartGrowsOverPages(Reading reading) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      StoredBlocks stored = new StoredBlocks(0, new long[0]);
      for (long page = 0; page < PAGES; page++) {
        stored.set(page * PAGE_BLOCKS + 1, READ_BLOCKS);
      }
      FutureTask<Void> growing = new FutureTask<>(() -> grow(stored), null);
      new Thread(growing).start();
      while (!growing.isDone()) {
        Optional<String> gap = gap(stored, reading);
        if (gap.isPresent()) {
          growing.get();
          throw new AssertionError(gap.get());
        }
      }
      growing.get();
      assertThat(stored.contiguousLength()).isEqualTo(PAGES * PAGE_BLOCKS);
    }
  }

  private static void grow(StoredBlocks stored) {
    for (long page = 0; page < PAGES; page++) {
      stored.set(page * PAGE_BLOCKS, PAGE_BLOCKS);
    }
  }

  /** Looks at the first page that was not whole a moment ago; tells which of its blocks is gone. */
  private static Optional<String> gap(StoredBlocks stored, Reading reading) {
    long start = stored.contiguousLength();
    for (long block = start + 1;
        start < PAGES * PAGE_BLOCKS && block <= start + READ_BLOCKS;
        block++) {
      if (!reading.isStored(stored, block)) {
        return Optional.of("block " + block + " was gone, behind " + start);
      }
    }
    return Optional.empty();
  }

  /** The ways in which a reader asks for a block. */
  private enum Reading {
    HAS {
      @Override
      boolean isStored(StoredBlocks stored, long block) {
        return stored.has(block);
      }
    },
    NEXT_STORED {
      @Override
      boolean isStored(StoredBlocks stored, long block) {
        return stored.next(block, block + 1, true) == block;
      }
    },
    NEXT_MISSING {
      @Override
      boolean isStored(StoredBlocks stored, long block) {
        return stored.next(block, block + 1, false) == block + 1;
      }
    },
    WORDS {
      @Override
      boolean isStored(StoredBlocks stored, long block) {
        int word = stored.words(block / Integer.SIZE * Integer.SIZE, 1)[0];
        return (word >>> block & 1) != 0;
      }
    };

    abstract boolean isStored(StoredBlocks stored, long block);
  }
}
