package dev.usernameregistry.net.replication;

import dev.usernameregistry.tree.ProofRequest;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Who of a log's peers is asked for which block. No block is asked from two at a time, unless the
 * first is slow: then one that has nothing better to do is asked for it too, and whoever is faster
 * brings it. The slow one is not told, so it is asked for nothing new until it has answered, and
 * its answer counts as before. Each is asked for a block once at a time.
 */
final class BlockSlots {
  /** Blocks that are asked for, about to be, or waiting to be applied, and from whom last. */
  private final Map<Long, ReplicationSession> taken = new HashMap<>(2);

  /** Those of them that have been asked for, by whom; sessions without any are absent. */
  private final Map<ReplicationSession, NavigableSet<Long>> coming = new HashMap<>(2);

  /** Those of them that have been asked for and have not come. */
  private final Awaited awaited = new Awaited();

  /**
   * Returns whether {@code session} may ask for a block: it is reserved for nobody, and this
   * session has not asked for it already.
   */
  boolean isFreeFor(long block, ReplicationSession session) {
    return !taken.containsKey(block) && !isComing(block, session);
  }

  /** Returns whether {@code session} has been asked for a block and may bring it yet. */
  boolean isComing(long block, ReplicationSession session) {
    NavigableSet<Long> blocks = coming.get(session);
    return blocks != null && blocks.contains(block);
  }

  /**
   * Returns the blocks that {@code session} was asked for and that are not stored yet. A live view.
   */
  NavigableSet<Long> comingFrom(ReplicationSession session) {
    return coming.getOrDefault(session, Collections.emptyNavigableSet());
  }

  /** Returns whether all that was asked for has come. */
  boolean isIdle() {
    return coming.isEmpty();
  }

  /** Looks, from block {@code from} on, for some that were asked for too long ago. */
  Awaited.Look late(long from, long nowNanos) {
    return awaited.look(from, nowNanos);
  }

  /** Keeps others from asking for blocks, which {@code session} is about to ask for. */
  void plan(ProofRequest.Block wanted, ReplicationSession session) {
    for (long block = wanted.index(); block < wanted.end(); block++) {
      taken.put(block, session);
      awaited.remove(block);
    }
  }

  /** Keeps others from asking for blocks, which {@code session} asks for now. */
  void take(ProofRequest.Block wanted, ReplicationSession session, long nowNanos) {
    NavigableSet<Long> blocks = coming.computeIfAbsent(session, asking -> new TreeSet<>());
    for (long block = wanted.index(); block < wanted.end(); block++) {
      taken.put(block, session);
      awaited.put(block, nowNanos);
      blocks.add(block);
    }
  }

  /** Notes that {@code session} has brought blocks, which wait to be applied. */
  void arrived(ProofRequest.Block wanted, ReplicationSession session) {
    for (long block = wanted.index(); block < wanted.end(); block++) {
      if (taken.get(block) == session) {
        awaited.remove(block);
      }
    }
  }

  /**
   * Notes that {@code session} brings blocks no more; returns whether nobody else was asked for one
   * of them.
   */
  boolean letGo(ProofRequest.Block wanted, ReplicationSession session) {
    boolean free = false;
    for (long block = wanted.index(); block < wanted.end(); block++) {
      free |= letGo(block, session);
    }
    return free;
  }

  private boolean letGo(long block, ReplicationSession session) {
    NavigableSet<Long> blocks = coming.get(session);
    if (blocks != null && blocks.remove(block) && blocks.isEmpty()) {
      coming.remove(session);
    }
    share(block, session);
    return !taken.containsKey(block);
  }

  /** Lets others ask for a block although {@code session} may bring it yet. */
  void share(long block, ReplicationSession session) {
    if (taken.remove(block, session)) {
      awaited.remove(block);
    }
  }
}
