package dev.usernameregistry.bee;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a bee reads of its log, and how much of it it remembers. */
class BeeReadsTest {
  private final MemoryBlocks blocks = new MemoryBlocks();
  private final Bee bee = new Bee(blocks);

  @Test
  void aDiffReadsOnlyWhatDiffers() throws IOException {
    BeeBatch batch = new BeeBatch();
    for (int i = 0; i < 5_000; i++) {
      batch.put(bytes(String.format("%05d", i)), bytes("x"));
    }
    bee.append(batch);
    bee.put(bytes("02500"), bytes("y"));
    Bee fresh = new Bee(blocks);

    long before = blocks.reads();
    List<Difference> differences =
        fresh.snapshot().diff(fresh.checkout(5_001), KeyRange.all()).toList();
    assertThat(differences).hasSize(1);
    assertThat(blocks.reads() - before).isLessThan(120);
  }

  /** Also where the tree has got a level more, and so the same subtrees at another depth. */
  @Test
  void aDiffOfOnePutReadsOnlyTheWayToIt() throws IOException {
    for (int i = 0; i < 700; i++) {
      bee.put(bytes(String.format("%04d", i)), null);
    }
    long most = 0;
    for (long version = 2; version < 700; version++) {
      most = Math.max(most, Math.max(reads(version, version + 1), reads(version + 1, version)));
    }
    assertThat(most).isLessThan(30);
  }

  private long reads(long left, long right) throws IOException {
    Bee fresh = new Bee(blocks);
    long before = blocks.reads();
    assertThat(fresh.checkout(left).diff(fresh.checkout(right), KeyRange.all()).toList())
        .hasSize(1);
    return blocks.reads() - before;
  }

  @Test
  void blocksThatDoNotFitIntoTheCacheAreReadAgain() throws IOException {
    for (int i = 0; i < 50; i++) {
      bee.put(bytes("key" + i), new byte[10_000]);
    }
    Bee small = new Bee(blocks, BeeOptions.DEFAULT.withCacheBytesMax(100_000));
    small.range(KeyRange.all()).toList();

    long before = blocks.reads();
    small.range(KeyRange.all()).toList();
    assertThat(blocks.reads() - before).as("of 50 blocks, 10 fit").isGreaterThanOrEqualTo(40);
  }

  @Test
  void memoryForDecodedBlocksIsBounded() throws IOException {
    BlockCache cache = new BlockCache(100_000);
    BeeBlock first = new BeeBlockSource().block(1);
    cache.add(first);
    for (int seq = 2; seq < 20_000; seq++) {
      cache.add(new BeeBlockSource().block(seq));
      assertThat(cache.weightBytes()).isLessThan(100_000 + 2 * first.weightBytes());
    }
    assertThat(cache.get(1)).isNull();
    assertThat(cache.get(19_999)).isNotNull();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Makes blocks without a log. */
  private static final class BeeBlockSource {
    BeeBlock block(long seq) {
      DraftBlock draft = new DraftBlock(seq, bytes("key"), new byte[100], new DraftNode());
      return BeeBlock.decode(seq, draft.encode());
    }
  }
}
