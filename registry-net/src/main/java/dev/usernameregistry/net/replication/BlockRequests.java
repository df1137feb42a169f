package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.ProofRequest;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks one peer for blocks: as many at a time as it has and may be asked for. */
final class BlockRequests {
  /** Bytes of proofs of this log that may wait to be applied before the peer is asked for more. */
  private static final long SESSION_UNAPPLIED_BYTES_MAX = 4L << 20;

  /**
   * How far behind the first missing block a block may be that is taken in. Which blocks are stored
   * is kept in pages of 32,768 blocks, 4 KiB each in memory, for all that is not without a gap. So
   * these are 5 pages at most, where a writer that has one block in each page of a long log could
   * have us keep any number.
   */
  static final long AHEAD_BLOCKS_MAX = 4L << 15;

  /**
   * Most levels below a node whose blocks are asked for at once: 64 blocks, an eighth of {@link
   * Downloads#REQUESTS_MAX}, so that a peer has something to do while others of them are applied.
   */
  private static final int ASKED_DEPTH_MAX = 6;

  private final ReplicationSession session;
  private final Downloads downloads;
  private final Log log;
  private final Candidates candidates;
  private final TheirHead theirHead;
  private final Outbox outbox;

  /** Blocks that are about to be asked for, once it is known how many nodes they need. */
  private long planned;

  private int depthMax = ASKED_DEPTH_MAX;

  BlockRequests(
      ReplicationSession session,
      Downloads downloads,
      Candidates candidates,
      TheirHead theirHead,
      Outbox outbox) {
    this.session = session;
    this.downloads = downloads;
    this.log = session.log();
    this.candidates = candidates;
    this.theirHead = theirHead;
    this.outbox = outbox;
  }

  /** Asks a peer whose log has {@code theirLength} blocks for what nobody else is asked for. */
  void schedule(long theirLength, long nowNanos) {
    long end = Math.min(downloads.lengthBefore(session), theirLength);
    long nearEnd = Math.min(end, aheadEnd());
    long room = room();
    while (room > 0) {
      long block = candidates.next(nearEnd);
      if (block == nearEnd) {
        break;
      }
      int depth = candidates.depth(block, nearEnd, depthMax());
      ProofRequest.Block wanted = new ProofRequest.Block(block, depth, 0);
      if (wanted.count() > room || !ask(wanted, end, nowNanos)) {
        candidates.rewind(block);
        break;
      }
      room -= wanted.count();
    }
    if (room > 0 && outbox.isEmpty() && planned == 0) {
      candidates.wants(Math.min(log.length(), theirLength)).forEach(outbox::say);
    }
  }

  /** Asks it for what others are slow to bring, if there is room. */
  void takeOver(long theirLength, long nowNanos) {
    if (room() <= 0) {
      return;
    }
    long end = Math.min(Math.min(log.length(), theirLength), aheadEnd());
    for (long block : candidates.late(end, nowNanos)) {
      if (room() > 0) {
        ask(new ProofRequest.Block(block, 0), end, nowNanos);
      }
    }
  }

  /** Returns how deep the blocks may be below the node for which they are asked for together. */
  private int depthMax() {
    return session.announcements().allowsPush() && log.evidence().isEmpty() ? depthMax : 0;
  }

  /** What was asked for at once is too much for this peer, or not all right. */
  void askLess(ProofRequest.Block refused) {
    depthMax = Math.min(depthMax, refused.depth() - 1);
  }

  /**
   * Asks for blocks: at once, or as soon as the disk has told how many nodes they and those chosen
   * before them need. Those behind the end of the log, which has been asked to be {@code length}
   * blocks long, are asked for only at once; else they wait until they are part of the log. Any
   * others are asked for in the log as it is, so that their answer holds whether the log gets
   * longer or not.
   *
   * @return false if they wait to be part of the log
   */
  private boolean ask(ProofRequest.Block block, long length, long nowNanos) {
    NavigableSet<Long> before = downloads.before(session);
    boolean beyond = block.end() > log.length();
    long counted = beyond ? length : 0;
    long fork = log.fork(); // first: nodes counted in it may be too few in a later one
    Optional<ProofRequest.Block> wanted =
        planned > 0 ? Optional.empty() : log.wantedAtOnce(block, before, counted);
    if (wanted.isPresent() && !mayBeProved(wanted.get())) {
      return true;
    }
    if (wanted.isPresent()) {
      send(fork, wanted.get(), beyond || !before.isEmpty(), counted, nowNanos);
    } else if (beyond) {
      return false;
    } else {
      downloads.plan(block, session);
      planned += block.count();
    }
    if (block.depth() > 0) {
      candidates.pass(block.end()); // not if it is taken over: that lies anywhere
    }
    return true;
  }

  /**
   * Returns whether the peer can prove a block to us: its log reaches to the end of the subtree of
   * which we have the top. Ours may be longer. If not, it is not asked for the block until that may
   * be so; it would take such requests for nonsense.
   */
  boolean mayBeProved(ProofRequest.Block block) {
    Sync told = theirHead.told();
    int levels = block.depth() + (int) block.nodes();
    long end = ((block.index() >> levels) + 1) << levels;
    if (told != null && end <= told.length()) {
      return true;
    }
    candidates.cannotProve(block.index());
    return false;
  }

  /** More nodes are here than when the peer was last found unable to prove something. */
  void nodesCame() {
    candidates.nodesCame();
  }

  /**
   * Asks for a block that was chosen before its nodes were counted.
   *
   * @param early whether the answer holds only once those to earlier requests are applied
   */
  void askPlanned(long fork, ProofRequest.Block block, boolean early, long nowNanos) {
    planned -= block.count();
    send(fork, block, early, 0, nowNanos);
  }

  /** What was chosen before its nodes were counted is not asked for after all. */
  void dropPlanned(ProofRequest.Block block) {
    planned -= block.count();
  }

  private void send(
      long fork, ProofRequest.Block block, boolean early, long counted, long nowNanos) {
    downloads.slots().take(block, session, nowNanos);
    ProofRequest request = ProofRequest.of(outbox.nextId(), fork, block);
    outbox.send(new Asked(request, false, early, counted, theirHead.announcements()), nowNanos);
  }

  /** Returns the first new block, to be asked for together with the longer log, if it is there. */
  ProofRequest.@Nullable Block firstNew() {
    long block = log.length();
    return block < aheadEnd() && candidates.contains(block) && room() > 0
        ? new ProofRequest.Block(block, 0)
        : null;
  }

  /** Returns behind which block there is none that may be taken in yet. */
  long aheadEnd() {
    return log.contiguousLength() + AHEAD_BLOCKS_MAX;
  }

  /** Returns how many more blocks may be asked for. */
  private long room() {
    if (candidates.isExhausted() || session.unappliedBytes() > SESSION_UNAPPLIED_BYTES_MAX) {
      return 0;
    }
    return Downloads.REQUESTS_MAX - outbox.blocks() - planned;
  }
}
