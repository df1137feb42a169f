package dev.usernameregistry.log;

import dev.usernameregistry.tree.TreeHasher;
import dev.usernameregistry.tree.TreeNode;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.IntStream;

/**
 * The leaves of what a writer appends. Those of many blocks are hashed on all cores, in the pool
 * that all share: not in one of the caller's, which may end.
 */
final class Leaves {
  /** How many are worth the work of other threads: some hundred microseconds. */
  private static final int PARALLEL_MIN = 512;

  private Leaves() {}

  /** Returns the leaves of {@code values}, of which the first is block {@code first}. */
  static List<TreeNode> of(long first, List<byte[]> values) {
    IntStream numbers = IntStream.range(0, values.size());
    boolean alone = values.size() < PARALLEL_MIN || ForkJoinTask.inForkJoinPool();
    return (alone ? numbers : numbers.parallel())
        .mapToObj(number -> TreeHasher.leaf(first + number, values.get(number)))
        .toList();
  }
}
