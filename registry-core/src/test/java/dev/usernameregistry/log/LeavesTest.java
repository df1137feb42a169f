package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.tree.TreeHasher;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeavesTest {
  private static final long FIRST = 77;

  @Test
  void manyAreTheSameAsOneByOne() {
    List<byte[]> values = values(3_000);
    assertThat(Leaves.of(FIRST, values)).isEqualTo(oneByOne(values));
    assertThat(Leaves.of(FIRST, values.subList(0, 7))).isEqualTo(oneByOne(values.subList(0, 7)));
  }

  /** A pool that is shut down cancels the parts of a stream that runs in it. */
  @Test
  void aCallersPoolThatEndsMeanwhileCutsNothingOff() throws Exception {
    List<byte[]> values = values(3_000);
    ForkJoinPool pool = new ForkJoinPool(2);
    List<TreeNode> leaves =
        pool.submit(
                () -> {
                  pool.shutdown();
                  return Leaves.of(FIRST, values);
                })
            .get(60, TimeUnit.SECONDS);
    assertThat(leaves).isEqualTo(oneByOne(values));
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

  private static List<TreeNode> oneByOne(List<byte[]> values) {
    List<TreeNode> leaves = new ArrayList<>();
    for (byte[] value : values) {
      leaves.add(TreeHasher.leaf(FIRST + leaves.size(), value));
    }
    return leaves;
  }
}
