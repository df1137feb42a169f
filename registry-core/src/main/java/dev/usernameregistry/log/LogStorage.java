package dev.usernameregistry.log;

import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Where one log keeps its state, tree nodes and blocks. Reads are safe from any thread; commits are
 * made by one thread at a time.
 */
public interface LogStorage {

  /** Returns the state as last committed, or nothing if there was no commit yet. */
  Optional<LogState> readState() throws IOException;

  /**
   * Reads tree nodes, in the order of {@code indexes}.
   *
   * @return one node for each index; null in the place of a node that is not stored
   */
  List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException;

  /** Returns the value of {@code block}, or null if it is not stored. */
  byte @Nullable [] readBlock(long block) throws IOException;

  /**
   * Reads the blocks from {@code from} on, up to the first that is not stored and below {@code to},
   * with the nodes over them; no further ones once their values have {@code bytesMax} bytes.
   */
  default Run readRun(long from, long to, long bytesMax) throws IOException {
    List<byte[]> values = new ArrayList<>();
    long bytes = 0;
    for (long block = from; block < to && bytes < bytesMax; block++) {
      byte[] value = readBlock(block);
      if (value == null) {
        break;
      }
      values.add(value);
      bytes += value.length;
    }
    long[] indexes = LongStream.range(2 * from, 2 * (from + values.size())).toArray();
    return new Run(values, readNodes(indexes).stream().filter(Objects::nonNull).toList());
  }

  /** Returns the numbers of all stored blocks from {@code firstBlock} on, ascending. */
  long[] storedBlocks(long firstBlock) throws IOException;

  /**
   * Returns how many more bytes the storage that this log is in takes before what others write is
   * too much for it; 0 if it is. It still takes everything: whoever fetches from others asks
   * before. Roughly as it was a MiB ago. Waits for nothing, and may be called when closed.
   */
  long roomBytes();

  /**
   * Writes all of {@code commit} or none of it. If {@code commit.durable()}, it has reached the
   * disk as far as the storage's own durability option promises when this returns.
   *
   * @throws IllegalArgumentException if the commit's state is of another log
   * @throws IllegalStateException if the log was deleted
   */
  void commit(Commit commit) throws IOException;

  /**
   * Blocks that lie one behind the other.
   *
   * @param blocks their values
   * @param nodes all stored nodes over these blocks alone, and maybe others, in any order
   */
  record Run(List<byte[]> blocks, List<TreeNode> nodes) {}
}
