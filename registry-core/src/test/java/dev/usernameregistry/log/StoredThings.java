package dev.usernameregistry.log;

import static java.util.Comparator.comparing;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Keys, states, nodes and commits for tests of storages; they need not make up a valid log. */
public final class StoredThings {
  private StoredThings() {}

  /** Returns a key that is different for each number. */
  public static Key key(long number) {
    return Key.of(bytes(new Random(number), Key.BYTES));
  }

  /** Returns a state that can be told apart by its fork. */
  public static LogState state(Key key, long fork) {
    List<TreeNode> roots = List.of(node(1), node(4));
    return new LogState(key, fork, 3, roots, new byte[] {1, 2}, new byte[] {3}, new byte[0]);
  }

  /** Returns the only node that these tests ever store at {@code index}. */
  public static TreeNode node(long index) {
    return new TreeNode(index, index % 1000, bytes(new Random(index), 32));
  }

  /**
   * Returns a writer's commit of blocks 0 to {@code length - 1} and all nodes that lie over them.
   */
  public static Commit commit(Key key, Random random, long length) {
    List<TreeNode> nodes = new ArrayList<>();
    Map<Long, byte[]> blocks = new TreeMap<>();
    for (long block = 0; block < length; block++) {
      blocks.put(block, bytes(random, random.nextInt(100)));
    }
    for (long index = 0; index < 2 * length; index++) {
      if (lastBlock(index) < length) {
        nodes.add(node(index));
      }
    }
    nodes.sort(
        comparing((TreeNode node) -> lastBlock(node.index())).thenComparing(node -> -node.index()));
    return new Commit(state(key, 0), Long.MAX_VALUE, nodes, blocks, true);
  }

  /**
   * Returns commits of random parts of {@code whole}: some have all nodes, some none, and what is
   * chosen never may be missing at the end.
   */
  public static List<Commit> parts(Commit whole, Random random) {
    List<Commit> parts = new ArrayList<>();
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      int nodesOfTen = 5 * random.nextInt(3);
      int blocksOfTen = 5 + random.nextInt(6);
      Map<Long, byte[]> blocks = new TreeMap<>();
      for (long block : whole.blocks().keySet()) {
        boolean isNew = parts.stream().noneMatch(part -> part.blocks().containsKey(block));
        if (isNew && random.nextInt(10) < blocksOfTen) {
          blocks.put(block, bytes(random, random.nextInt(10) == 0 ? 5_000 : random.nextInt(100)));
        }
      }
      List<TreeNode> nodes =
          whole.nodes().stream().filter(node -> random.nextInt(10) < nodesOfTen).toList();
      parts.add(new Commit(whole.state(), Long.MAX_VALUE, nodes, blocks, random.nextBoolean()));
    }
    return parts;
  }

  /** Returns a commit that removes all but {@code keepBlocks} blocks and stores nothing. */
  public static Commit cut(Key key, long keepBlocks) {
    return new Commit(state(key, 1), keepBlocks, List.of(), Map.of(), false);
  }

  /** Returns the last block below node {@code index}, found by walking down to the right. */
  public static long lastBlock(long index) {
    long node = index;
    while (node % 2 != 0) {
      long half = Long.lowestOneBit(node + 1) / 2;
      node += half;
    }
    return node / 2;
  }

  /** Returns random bytes. */
  public static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
