package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which blocks one peer may be asked for next: missing here, announced by it, and not asked from
 * anybody. Goes on where it stopped, so that a long log is not searched again for each block.
 */
final class Candidates {
  /** Blocks refused by a peer after which it is left alone until it announces something. */
  private static final int REFUSED_MAX = 32;

  /** Parts of a log that are wanted from one peer at a time. */
  private static final int WANTS_MAX = 64;

  private final Log log;
  private final RemoteBlocks theirs;
  private final BlockSlots slots;
  private final ReplicationSession session;

  /** Blocks that the peer had not, although it said so. */
  private final Set<Long> refused = new HashSet<>(2);

  /** Blocks that the peer cannot prove to us: its log is too short for the nodes that we lack. */
  private final Set<Long> unprovable = new HashSet<>(2);

  /** First blocks of the parts of the log that the peer was asked about. */
  private final Set<Long> wanted = new HashSet<>(2);

  /** Every block below is stored, asked for, or not to be had from this peer. */
  private long cursor;

  /** Where the next look for what others are slow to bring begins. */
  private long lateFrom;

  Candidates(Log log, RemoteBlocks theirs, BlockSlots slots, ReplicationSession session) {
    this.log = log;
    this.theirs = theirs;
    this.slots = slots;
    this.session = session;
  }

  /** Returns the next block below {@code end} to ask for, or {@code end}. */
  long next(long end) {
    long block = cursor;
    while (block < end) {
      long missing = log.firstMissing(block, end);
      long there = theirs.next(missing, end);
      if (there > missing) {
        block = there;
      } else if (missing < end && !isFree(missing)) {
        block = missing + 1;
      } else {
        cursor = Math.min(end, missing + 1);
        return missing;
      }
    }
    cursor = Math.max(cursor, end);
    return end;
  }

  /**
   * Returns the depth, at most {@code depthMax}, of the highest node that has {@code block} as its
   * first and of which all blocks are below {@code end} and may be asked for.
   */
  int depth(long block, long end, int depthMax) {
    int depth = 0;
    for (long half = 1; depth < depthMax && (block & half) == 0; half <<= 1) {
      if (block + 2 * half > end || !areFree(block + half, block + 2 * half)) {
        break;
      }
      depth++;
    }
    return depth;
  }

  private boolean areFree(long from, long to) {
    if (log.firstStored(from, to) < to || !theirs.hasAll(from, to - from)) {
      return false;
    }
    for (long block = from; block < to; block++) {
      if (!isFree(block)) {
        return false;
      }
    }
    return true;
  }

  /** All below {@code block} has been asked for. */
  void pass(long block) {
    cursor = Math.max(cursor, block);
  }

  /** Returns whether the peer has {@code block} and may be asked for it. */
  boolean contains(long block) {
    return theirs.has(block) && isFree(block);
  }

  private boolean isFree(long block) {
    return slots.isFreeFor(block, session) && !isRefused(block);
  }

  private boolean isRefused(long block) {
    return refused.contains(block) || unprovable.contains(block);
  }

  /**
   * Returns blocks below {@code end} that others are slow to bring and that this peer may be asked
   * for too; some of them, if they are many, and others at the next call.
   */
  List<Long> late(long end, long nowNanos) {
    Awaited.Look look = slots.late(lateFrom, nowNanos);
    lateFrom = look.next();
    return look.late().stream()
        .filter(block -> block < end && theirs.has(block) && !isRefused(block))
        .filter(block -> !slots.isComing(block, session))
        .toList();
  }

  /** Blocks from {@code block} on may be asked for again. */
  void rewind(long block) {
    cursor = Math.min(cursor, block);
  }

  /** The peer has not got this block after all. */
  void refuse(long block) {
    refused.add(block);
  }

  /** The peer cannot prove this block to us, until its log is longer or we have more nodes. */
  void cannotProve(long block) {
    unprovable.add(block);
  }

  /** More nodes are here: what the peer could not prove it may be able to now. */
  void nodesCame() {
    unprovable.forEach(this::rewind);
    unprovable.clear();
  }

  /** Returns whether the peer has refused so much that it is better not asked at all. */
  boolean isExhausted() {
    return refused.size() + unprovable.size() >= REFUSED_MAX;
  }

  /** The peer has announced something: what it refused may be there now. */
  void forgive() {
    refused.forEach(this::rewind);
    refused.clear();
    nodesCame();
  }

  /** The log was cut to {@code length} blocks. */
  void truncate(long length) {
    forgive();
    rewind(length);
    wanted.clear();
  }

  /**
   * Returns what to ask the peer about: parts of the log in which blocks are missing here of which
   * it has said nothing. Each part is returned once.
   */
  List<Want> wants(long end) {
    List<Want> wants = new ArrayList<>();
    long block = log.firstMissing(0, end);
    while (block < end && wanted.size() < WANTS_MAX) {
      long part = block - block % Want.BLOCKS;
      long partEnd = Math.min(end, part + Want.BLOCKS);
      if (hasUnannounced(block, partEnd) && wanted.add(part)) {
        wants.add(new Want(true, part, Want.BLOCKS, false));
      }
      block = log.firstMissing(partEnd, end);
    }
    return wants;
  }

  private boolean hasUnannounced(long from, long to) {
    long block = log.firstMissing(from, to);
    while (block < to && theirs.has(block)) {
      block = log.firstMissing(theirs.nextAbsent(block, to), to); // there may be millions between
    }
    return block < to;
  }
}
