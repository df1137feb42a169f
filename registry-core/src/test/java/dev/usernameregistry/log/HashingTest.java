package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.testkit.RandomBlocks;
import dev.usernameregistry.tree.Subtree;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HashingTest {
  private static final long FIRST = 77;
  private static final List<byte[]> VALUES = RandomBlocks.of(3_000);

  @Test
  void manyAreTheSameAsOneByOne() {
    for (int count : new int[] {0, 7, 511, 512, 3_000}) {
      List<byte[]> values = VALUES.subList(0, count);
      assertThat(Writing.hashed(FIRST, values)).isEqualTo(oneByOne(values));
    }
  }

  /** A pool that is shut down cancels the parts of a stream that runs in it. */
  @Test
  void aCallersPoolThatEndsMeanwhileCutsNothingOff() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(2);
    List<Subtree> subtrees =
        pool.submit(
                () -> {
                  pool.shutdown();
                  return Writing.hashed(FIRST, VALUES);
                })
            .get(60, TimeUnit.SECONDS);
    assertThat(subtrees).isEqualTo(oneByOne(VALUES));
  }

  private static List<Subtree> oneByOne(List<byte[]> values) {
    return Subtree.parts(FIRST, values).stream().map(Subtree.Part::hash).toList();
  }
}
