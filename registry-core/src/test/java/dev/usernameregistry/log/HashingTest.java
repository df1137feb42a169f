package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.tree.Subtree;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashingTest {
  private static final long FIRST = 77;
  private static final List<byte[]> VALUES = values(3_000);

  @Test
  void manyAreTheSameAsOneByOne() {
    for (int count : new int[] {0, 7, 511, 512, 3_000}) {
      List<byte[]> values = VALUES.subList(0, count);
      assertThat(Hashing.of(FIRST, values)).isEqualTo(oneByOne(values));
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
                  return Hashing.of(FIRST, VALUES);
                })
            .get(60, TimeUnit.SECONDS);
    assertThat(subtrees).isEqualTo(oneByOne(VALUES));
  }

  private static List<Subtree> oneByOne(List<byte[]> values) {
    return Subtree.parts(FIRST, values).stream().map(Subtree.Part::hash).toList();
  }

  private static List<byte[]> values(int count) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              byte[] value = new byte[random.nextInt(300)];
              random.nextBytes(value);
              return value;
            })
        .toList();
  }
}
