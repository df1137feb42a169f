package dev.usernameregistry.log;

import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.NodeReader;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes the proofs that one peer asks for, one after another, of a log as it was when this was
 * made. Where blocks are asked for in their order, it reads many of them and their nodes at once:
 * they lie side by side. Made by {@link Log#prover}. Not thread-safe.
 */
public final class Prover implements NodeReader {
  /**
   * Blocks are not read ahead any more once those read ahead have this many bytes, and not proved
   * together if they have more.
   */
  private static final long BYTES_AHEAD = 256 * 1024;

  /** Fewer blocks than this are read alone: a range costs as much as four single reads. */
  private static final long RUN_MIN = 3;

  private static final Made NOT_AT_ONCE =
      new Made.Refused(
          Made.Reason.NOT_AVAILABLE, "not all of these blocks are stored, or they are too much");

  private final LogStorage storage;
  private final Snapshot log;
  private final LongPredicate hasFork;
  private final List<ProofRequest> requests;

  /** Nodes that were read ahead, by index. */
  private final Map<Long, TreeNode> nodes = new HashMap<>();

  /** Blocks that were read ahead, from {@link #firstBlock} on. */
  private List<byte[]> blocks = List.of();

  private long firstBlock;
  private int next;

  Prover(LogStorage storage, Snapshot log, LongPredicate hasFork, List<ProofRequest> requests) {
    this.storage = storage;
    this.log = log;
    this.hasFork = hasFork;
    this.requests = requests;
  }

  /**
   * Returns the proof that the next request asks for, or why it gets none. Waits for the disk. When
   * it throws, the next call is about the request after that.
   */
  public Made next() throws IOException {
    ProofRequest request = requests.get(next++);
    ProofRequest.Block wanted = request.block();
    if (wanted != null && wanted.depth() > 0 && !isForOneAnswer(wanted)) {
      return NOT_AT_ONCE;
    }
    if (wanted != null && log.has(wanted.index()) && !isAhead(wanted.end() - 1)) {
      readAhead(wanted.index(), runEnd(wanted));
    }
    Made made = Proving.prove(this, this::readBlocks, log, request);
    return hasFork.test(log.head().fork()) ? made : Proving.OTHER_FORK;
  }

  /** Returns whether all of these blocks are stored, and together not too large; reads one node. */
  private boolean isForOneAnswer(ProofRequest.Block wanted) throws IOException {
    if (wanted.end() > log.length()
        || log.stored().next(wanted.index(), wanted.end(), false) < wanted.end()) {
      return false;
    }
    TreeNode top = readNodes(new long[] {wanted.node()}).get(0);
    return top != null && top.size() <= BYTES_AHEAD;
  }

  /** Returns where the blocks end that this and the following requests ask for in their order. */
  private long runEnd(ProofRequest.Block first) {
    long end = first.end();
    for (ProofRequest request : requests.subList(next, requests.size())) {
      ProofRequest.Block wanted = request.block();
      if (wanted == null || wanted.index() != end) {
        break;
      }
      end = wanted.end();
    }
    return end;
  }

  private void readAhead(long block, long end) {
    nodes.clear();
    blocks = List.of();
    if (end - block < RUN_MIN) {
      return;
    }
    try {
      LogStorage.Run read = storage.readRun(block, end, BYTES_AHEAD);
      for (TreeNode node : read.nodes()) {
        nodes.put(node.index(), node);
      }
      firstBlock = block;
      blocks = read.blocks();
    } catch (IOException damaged) {
      nodes.clear(); // one record fails the whole run: each is read alone, and fails alone
    }
  }

  private boolean isAhead(long block) {
    return block >= firstBlock && block < firstBlock + blocks.size();
  }

  /** Returns the blocks up to one that is not stored or is in dispute. */
  private List<byte[]> readBlocks(long from, long to) throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (long block = from; block < to; block++) {
      byte[] value = log.has(block) ? readBlock(block) : null;
      if (value == null) {
        break;
      }
      values.add(value);
    }
    return values;
  }

  private byte @Nullable [] readBlock(long block) throws IOException {
    return isAhead(block) ? blocks.get((int) (block - firstBlock)) : storage.readBlock(block);
  }

  @Override
  public List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException {
    List<@Nullable TreeNode> found = new ArrayList<>(indexes.length);
    for (long index : indexes) {
      TreeNode node = nodes.get(index);
      found.add(node != null ? node : storage.readNodes(new long[] {index}).get(0));
    }
    return found;
  }
}
