package dev.usernameregistry.tree;

import java.util.List;
import java.util.concurrent.ForkJoinTask;

/**
 * Hashes what a writer appends. Many blocks are hashed on all cores, in the pool that all share:
 * not in one of the caller's, which may end.
 */
public final class Hashing {
  /** How many are worth the work of other threads: some hundred microseconds. */
  private static final int PARALLEL_MIN = 512;

  private Hashing() {}

  /** Returns the subtrees over {@code values}, of which the first is block {@code first}. */
  public static List<Subtree> of(long first, List<byte[]> values) {
    List<Subtree.Part> parts = Subtree.parts(first, values);
    boolean alone = values.size() < PARALLEL_MIN || ForkJoinTask.inForkJoinPool();
    return (alone ? parts.stream() : parts.parallelStream()).map(Subtree.Part::hash).toList();
  }
}
