package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StoredThings;
import dev.usernameregistry.log.Table.Row;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An endless series of writes, each of which is known from its number alone, and each of which
 * leaves its number behind: so it can be told from a storage how far the series went.
 */
final class NumberedWrites {
  static final String TABLE = "facts";

  private static final byte[] LAST = {0};
  private static final int LOGS = 3;

  /**
   * Writes of a log from one that begins it anew to the next; it has a slice of blocks for each.
   */
  private static final int TURNS = 8;

  /** Blocks of one write. */
  private static final int BLOCKS_MAX = 8;

  private NumberedWrites() {}

  /** Makes write {@code number}; one in five has to be durable. */
  static void write(Storage storage, long number) throws IOException {
    Random random = new Random(number);
    boolean durable = number % 5 == 0;
    if (number % 4 == 3) { // never at a turn at which a log begins anew
      storage.openTable(TABLE).write(rows(number, random), durable);
    } else {
      Key key = key(number);
      storage.openLog(key).commit(commit(key, number, random, durable));
    }
  }

  /** Returns the number of the last write that {@code storage} has seen, or -1. */
  static long last(Storage storage) throws IOException {
    byte[] row = storage.openTable(TABLE).get(LAST);
    long last = row == null ? -1 : ByteBuffer.wrap(row).getLong();
    for (Key key : storage.logKeys()) {
      Optional<LogState> state = storage.openLog(key).readState();
      last = Math.max(last, state.orElseThrow().fork());
    }
    return last;
  }

  private static Key key(long number) {
    return StoredThings.key(number % LOGS);
  }

  private static List<Row> rows(long number, Random random) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(LAST, ByteBuffer.allocate(8).putLong(number).array()));
    for (int i = 0; i < 5; i++) {
      byte[] value = random.nextInt(3) == 0 ? null : StoredThings.bytes(random, 200);
      rows.add(new Row(new byte[] {1, (byte) random.nextInt(50)}, value));
    }
    return rows;
  }

  private static Commit commit(Key key, long number, Random random, boolean durable) {
    LogState state = StoredThings.state(key, number);
    long turn = number / LOGS % TURNS;
    long first = turn * BLOCKS_MAX; // no block from here on is stored, or it is cut off
    long cut = random.nextInt(10) == 0 ? random.nextInt((int) first + 1) : Long.MAX_VALUE;
    long keep = turn == 0 ? 0 : cut;
    if (durable) { // as a writer appends: with all nodes that its blocks complete
      Commit whole = StoredThings.commit(key, random, first + 1 + random.nextInt(BLOCKS_MAX));
      Map<Long, byte[]> appended = new TreeMap<>(whole.blocks()).tailMap(first);
      List<TreeNode> made =
          whole.nodes().stream().filter(n -> FlatTree.lastBlock(n.index()) >= first).toList();
      return new Commit(state, keep, made, appended, true);
    }
    Map<Long, byte[]> blocks = new TreeMap<>();
    TreeSet<Long> nodes = new TreeSet<>(FlatTree::compareByCompletion);
    for (int i = random.nextInt(4); i >= 0; i--) {
      long block = first + random.nextInt(BLOCKS_MAX);
      blocks.put(block, StoredThings.bytes(random, random.nextInt(2000)));
      nodes.add(2 * block);
      nodes.add(2 * block + 1);
    }
    return new Commit(state, keep, nodes.stream().map(StoredThings::node).toList(), blocks, false);
  }
}
