package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.NodeReader;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.StoredTree;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of a log in the making. Nobody sees any of it until it has been committed. Not
 * thread-safe.
 */
final class Draft implements NodeReader {
  private static final Logger LOGGER = LoggerFactory.getLogger(Log.class);

  private static final Comparator<TreeNode> BY_COMPLETION =
      (node, other) -> FlatTree.compareByCompletion(node.index(), other.index());

  private final Key key;
  private final LogStorage storage;
  private final Snapshot before;

  private Head head;
  private Optional<HeadVerifier> verifier;
  private Optional<Evidence> evidence;

  /** Blocks of {@code before} below this number are still part of the log. */
  private long keepBlocks = Long.MAX_VALUE;

  /** In the order in which they were added, which is nearly that in which they are committed. */
  private final Map<Long, TreeNode> nodes = new LinkedHashMap<>();

  /** Nodes that were added since one was last looked for; a writer looks for none. */
  private final List<TreeNode> added = new ArrayList<>();

  private final BlockRuns blocks = new BlockRuns();
  private byte @Nullable [] newest;
  private boolean changed;

  /** Blocks of a peer need not survive a crash, since they can be fetched again; the rest must. */
  private boolean durable;

  Draft(Key key, LogStorage storage, Snapshot before) {
    this.key = key;
    this.storage = storage;
    this.before = before;
    this.head = before.head();
    this.verifier = before.verifier();
    this.evidence = before.evidence();
  }

  Head head() {
    return head;
  }

  Optional<HeadVerifier> verifier() {
    return verifier;
  }

  Optional<Evidence> evidence() {
    return evidence;
  }

  void requireNotFrozen() {
    if (evidence.isPresent()) {
      throw new IllegalStateException(
          "log "
              + key
              + " is frozen: two histories of it were signed, as when a store is copied and both"
              + " copies are written to; nothing can be written to it any more, only to another"
              + " one in an empty storage");
    }
  }

  /** Returns whether there is anything to commit. */
  boolean isChanged() {
    return changed;
  }

  boolean has(long block) {
    return blocks.containsKey(block)
        || (block < keepBlocks && block < before.head().length() && before.stored().has(block));
  }

  void learn(HeadVerifier learnt) {
    verifier = Optional.of(learnt);
    changed = true;
  }

  void accuse(Evidence found) {
    evidence = Optional.of(found);
    changed = true;
    durable = true;
  }

  /** Returns whether any of these blocks is not here yet. */
  boolean lacks(Proof.Block part) {
    for (long block = part.index(); block < part.end(); block++) {
      if (!has(block)) {
        return true;
      }
    }
    return false;
  }

  /** Adds those of a peer's blocks that are not here yet, and are certain. */
  void putAll(Proof.Block part) {
    long block = part.index();
    for (byte[] value : part.values()) {
      if (!has(block)) {
        blocks.put(block, value);
        changed = true;
      }
      block++;
    }
  }

  /** Adds the writer's blocks at the end, with the nodes and the head that they lead to. */
  void append(List<byte[]> values, List<TreeNode> made, Head next) {
    long block = head.length();
    for (byte[] value : values) {
      blocks.put(block++, value);
    }
    if (values.size() == 1 && values.get(0).length <= Snapshot.NEWEST_BYTES_MAX) {
      newest = values.get(0).clone(); // whoever appended it may use it again
    }
    putAll(made);
    moveTo(next);
    durable = true;
  }

  /** Cuts the log as its writer does, to the length of {@code next}. */
  void truncate(Head next) {
    cut(next.length());
    moveTo(next);
    durable = true;
  }

  /** Adds nodes that are certain. */
  void putAll(List<TreeNode> certain) {
    changed |= added.addAll(certain);
  }

  /** Moves to a head that is certain. What its tree does not share must have been cut before. */
  void moveTo(Head next) {
    head = next;
    changed = true;
  }

  /** Drops everything at or above {@code length}. A new head must follow. */
  void cut(long length) {
    keepBlocks = Math.min(keepBlocks, length);
    blocks.removeFrom(length);
    nodes().keySet().removeIf(index -> !FlatTree.complete(index, length));
    changed = true;
  }

  /** Returns the tree as it is in this draft. */
  StoredTree tree() {
    return new StoredTree(head.roots(), this);
  }

  @Override
  public List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException {
    List<@Nullable TreeNode> found = storage.readNodes(indexes);
    List<@Nullable TreeNode> seen = new ArrayList<>(indexes.length);
    for (int i = 0; i < indexes.length; i++) {
      TreeNode stored = found.get(i);
      boolean gone = keepBlocks != Long.MAX_VALUE && !FlatTree.complete(indexes[i], keepBlocks);
      TreeNode drafted = nodes().get(indexes[i]);
      seen.add(drafted != null ? drafted : gone ? null : stored);
    }
    return seen;
  }

  /** Returns the stored node, or null. */
  @Nullable TreeNode node(long index) throws IOException {
    TreeNode drafted = nodes().get(index);
    return drafted != null ? drafted : readNodes(new long[] {index}).get(0);
  }

  /** Returns the roots of the tree as it was with {@code length} blocks, if all are stored. */
  Optional<Roots> rootsAt(long length) throws IOException {
    if (length == head.length()) {
      return Optional.of(head.roots());
    }
    List<TreeNode> roots = new ArrayList<>();
    for (TreeNode root : readNodes(FlatTree.fullRoots(length))) {
      if (root == null) {
        return Optional.empty();
      }
      roots.add(root);
    }
    return Optional.of(Roots.of(roots));
  }

  /** Returns what the log is once this change has been committed. */
  Snapshot after() {
    StoredBlocks stored = before.stored();
    if (keepBlocks < before.head().length()) {
      stored = stored.below(keepBlocks);
    }
    blocks.forEachRun(stored::set);
    return new Snapshot(head, verifier, evidence, stored, newest);
  }

  /**
   * Tells what has become of {@code log}, now that this change has been committed. A listener that
   * fails cannot make the change look as if it had failed.
   */
  void announce(Log log, List<LogListener> listeners) {
    tell(listeners, listener -> announce(log, listener));
  }

  static void tell(List<LogListener> listeners, Consumer<LogListener> news) {
    for (LogListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException e) {
        LOGGER.error("listener {} of a log failed", listener, e);
      }
    }
  }

  private void announce(Log log, LogListener listener) {
    long previous = before.head().length();
    long kept = Math.min(keepBlocks, previous);
    if (previous > 0 && head.fork() != before.head().fork()) {
      listener.truncated(log, kept, previous);
    }
    if (head.length() > kept) {
      listener.lengthened(log, kept);
    }
    blocks.forEachRun((start, count) -> listener.stored(log, start, count));
    if (evidence.isPresent() && !evidence.equals(before.evidence())) {
      listener.conflict(log, evidence.get());
    }
  }

  private Map<Long, TreeNode> nodes() {
    for (TreeNode node : added) {
      nodes.put(node.index(), node);
    }
    added.clear();
    return nodes;
  }

  Commit toCommit() {
    List<TreeNode> made = new ArrayList<>(nodes.isEmpty() ? added : nodes().values());
    made.sort(BY_COMPLETION);
    return new Commit(state(), keepBlocks, made, blocks, durable);
  }

  private LogState state() {
    return new LogState(
        key,
        head.fork(),
        contiguousLength(),
        head.roots().nodes(),
        head.signature(),
        verifier.map(HeadVerifier::encodedManifest).orElse(new byte[0]),
        evidence.map(Evidence::proof).orElse(new byte[0]));
  }

  private long contiguousLength() {
    StoredBlocks stored = before.stored();
    long block = blocks.missingFrom(Math.min(keepBlocks, stored.contiguousLength()));
    while (block < keepBlocks && stored.has(block)) {
      block = blocks.missingFrom(block + 1);
    }
    return block;
  }
}
