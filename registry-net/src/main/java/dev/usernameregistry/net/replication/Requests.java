package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.TooLargeToKeepException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What we ask of one peer, and what becomes of its answers: a longer log, its manifest, whether it
 * has the same tree as we, and blocks, as {@link BlockRequests} chooses them. Who is asked for what
 * is settled with the log's other sessions in {@link Downloads}.
 */
final class Requests {
  private final ReplicationSession session;
  private final Downloads downloads;
  private final Log log;
  private final Candidates candidates;
  private final Trust trust;
  private final TheirHead theirHead;
  private final Outbox outbox;
  private final BlockRequests blocks;
  private final Pushed pushed;

  /** Bytes of this peer's proofs that wait to be applied, but for the one that was pushed. */
  private long unappliedBytes;

  /** Requests up to this number were made before the log had the evidence that it has. */
  private long lastIdBeforeConflict = -1;

  /** Whether an answer once came before, or without, another that it was to follow. */
  private boolean cautious;

  /** Whether nothing was asked of the peer last because there is no room for it. */
  private boolean withheld;

  Requests(
      ReplicationSession session, Downloads downloads, RemoteBlocks theirs, TheirHead theirHead) {
    this.session = session;
    this.downloads = downloads;
    this.log = session.log();
    candidates = new Candidates(log, theirs, downloads.slots(), session);
    this.theirHead = theirHead;
    outbox = new Outbox(session::ready);
    trust = new Trust(log, theirHead, outbox);
    blocks = new BlockRequests(session, downloads, candidates, theirHead, outbox);
    pushed = new Pushed(session);
  }

  BlockRequests blocks() {
    return blocks;
  }

  @Nullable Message next() {
    return outbox.next();
  }

  Optional<String> trouble() {
    return trust.trouble();
  }

  long unappliedBytes() {
    return unappliedBytes + pushed.bytes();
  }

  /** Returns whether this peer is asked only for what can be applied whatever else it brings. */
  boolean isCautious() {
    return cautious;
  }

  /** Returns when a request will have been unanswered for too long, or MAX_VALUE. */
  long deadlineNanos() {
    return outbox.deadlineNanos();
  }

  /** The peer said how far it is. */
  void take(Sync sync) {
    boolean first = theirHead.told() == null;
    theirHead.take(sync);
    candidates.forgive();
    trust.told(sync, first, session.announcements().allowsPush());
  }

  /** The peer has other blocks than before, from {@code block} on. */
  void announced(long block) {
    theirHead.announced();
    candidates.forgive();
    rewind(block);
    trust.announced();
  }

  /** Blocks from {@code block} on may be asked for again. */
  void rewind(long block) {
    candidates.rewind(block);
  }

  /** The log was cut: what was asked for is of another fork. */
  void truncated(long length, long nowNanos) {
    candidates.truncate(length);
    outbox.restart(nowNanos);
    withdrawAll(request -> request.request().fork() != log.fork());
  }

  /**
   * The log is frozen, or for other evidence than before. What was asked for is withdrawn, as it
   * was counted in one of two trees, and the peer may have the other: a wrong proof of it may have
   * been a right one of that.
   */
  void conflict(long nowNanos) {
    candidates.truncate(log.length());
    outbox.restart(nowNanos);
    withdrawAll(request -> !request.isComparison(log.fork()));
    pushed.drop();
    lastIdBeforeConflict = outbox.lastId();
    trust.forgive();
  }

  /** Returns whether the peer is asked how far its tree and ours agree. */
  boolean isComparing() {
    return outbox.unanswered().stream().anyMatch(asked -> asked.isComparison(log.fork()));
  }

  /** The longer log asked for does not come: takes back requests for blocks beyond our end. */
  void withdrawBeyondEnd() {
    withdrawAll(request -> request.isBeyond(log.length()));
  }

  /** Another peer is asked for the longer log too: others may bring what depends on it. */
  void headTakenOver() {
    withdrawBeyondEnd();
    for (Asked request : outbox.unanswered()) {
      ProofRequest.Block block = request.request().block();
      if (request.head() && block != null) {
        downloads.slots().share(block.index(), session);
      }
    }
  }

  private void withdrawAll(Predicate<Asked> which) {
    for (Asked asked : outbox.unanswered()) {
      if (which.test(asked) && outbox.withdraw(asked.request().id())) {
        downloads.release(asked.request(), session);
      }
    }
  }

  /** Nothing more will be answered: lets others ask for it. */
  void drop() {
    List<Asked> all = outbox.drainAll();
    trust.unanswered();
    pushed.drop();
    all.forEach(request -> downloads.release(request.request(), session));
  }

  /** Asks for as much as this peer has and may be asked for. */
  void schedule(long nowNanos) {
    Sync sync = theirHead.told();
    trust.compareIfDue();
    if (sync == null || !mayBeAsked(sync)) {
      return;
    }
    if (log.evidence().isEmpty()
        && downloads.mayAskHead(session, nowNanos)
        && !usePush(nowNanos)
        && !theirHead.isRefused()) {
      askHead(sync, nowNanos);
    }
    if (sync.fork() == log.fork()) {
      blocks.schedule(sync.length(), nowNanos);
    }
  }

  private boolean mayBeAsked(Sync sync) {
    boolean may = sync.uploading() && trust.trouble().isEmpty() && downloads.failure() == null;
    withheld = may && sync.fork() <= log.fork() && !log.hasRoom(); // a later fork may be smaller
    return may && !withheld;
  }

  /**
   * Asks for as much as {@link #schedule} does, also for what there was no room for, and then for
   * what others are slow to bring.
   */
  void takeOver(long nowNanos) {
    if (downloads.isIdle() && !withheld) {
      return;
    }
    schedule(nowNanos);
    Sync sync = theirHead.told();
    if (sync != null && mayBeAsked(sync) && sync.fork() == log.fork()) {
      blocks.takeOver(sync.length(), nowNanos);
    }
  }

  private void askHead(Sync sync, long nowNanos) {
    ProofRequest.Upgrade upgrade = theirHead.upgrade(sync);
    if (upgrade == null && !theirHead.wantsManifestAlone(sync)) {
      return;
    }
    if (upgrade == null) {
      theirHead.manifestAsked();
    }
    boolean manifest = theirHead.wantsManifest(sync);
    boolean longer = upgrade != null && sync.fork() == log.fork();
    downloads.takeHead(session, longer ? sync.length() : 0, nowNanos);
    ProofRequest.Block block = longer ? blocks.firstNew() : null;
    if (block != null) {
      downloads.slots().take(block, session, nowNanos);
    }
    send(
        new ProofRequest(outbox.nextId(), sync.fork(), block, null, null, upgrade, manifest, 0),
        nowNanos);
  }

  /** Goes on following a later fork, or comparing another tree of this one. */
  void ask(long fork, ProofRequest.Hash question, long nowNanos) {
    if (outbox.unanswered().stream().noneMatch(asked -> asked.asks(fork, question))) {
      downloads.takeHead(session, 0, nowNanos);
      send(ProofRequest.of(outbox.nextId(), fork, question), nowNanos);
    }
  }

  private void send(ProofRequest request, long nowNanos) {
    outbox.send(new Asked(request, true, false, 0, theirHead.announcements()), nowNanos);
  }

  /** The peer has no answer. */
  void take(NoData noData, long nowNanos) {
    if (noData.request() == 0) {
      trust.refused();
      return;
    }
    Asked request = outbox.answered(noData.request(), nowNanos);
    if (request != null) {
      refuse(request);
    }
  }

  private void refuse(Asked request) {
    Sync sync = theirHead.told();
    session.giveWay();
    if (sync != null
        && theirHead.isStillAsWhenAsked(request)
        && request.request().fork() == sync.fork()) {
      if (request.request().block() != null) {
        refuse(request.request().block());
      } else if (request.head()) {
        theirHead.refuse(request.request());
      }
    }
    downloads.release(request.request(), session);
  }

  private void refuse(ProofRequest.Block block) {
    if (block.depth() > 0) {
      blocks.askLess(block);
    } else {
      candidates.refuse(block.index());
    }
  }

  /** What the peer sent holds, but is not what would lead to its head. */
  void headRefused(Asked request) {
    session.giveWay();
    if (theirHead.isStillAsWhenAsked(request)) {
      theirHead.refuse();
    }
  }

  /** Takes in data, if it is what we asked for; {@code bytes} is what it took on the wire. */
  void take(Proof proof, long bytes, long nowNanos) {
    if (proof.request() == 0 && Push.is(proof)) {
      takePush(proof, bytes);
      return;
    }
    if (proof.request() == 0) {
      takeCheck(proof, bytes);
      return;
    }
    Asked request = outbox.answered(proof.request(), nowNanos);
    if (request == null) {
      return;
    }
    if (!request.isAnsweredBy(proof)) {
      refuse(request);
    } else if (request.request().block() != null && !log.hasRoom()) {
      withdrawAll(asked -> asked.request().block() != null);
      downloads.release(request.request(), session); // and asked for again once there is room
    } else {
      arrived(new Downloads.Arrived(session, request, proof, bytes));
    }
  }

  /** Takes in a block that nobody asked for. */
  private void takePush(Proof proof, long bytes) {
    if (session.announcements().allowsPush()
        && trust.trouble().isEmpty()
        && log.evidence().isEmpty()) {
      pushed.keep(proof, bytes);
    }
  }

  /** Takes what was pushed for the answer to the request that would be next; false if it is not. */
  private boolean usePush(long nowNanos) {
    Downloads.Arrived next = pushed.poll(theirHead.announcements());
    long length = log.length();
    if (next == null || length >= blocks.aheadEnd()) {
      return false;
    }
    if (next.asked() == null) {
      arrived(next);
      return false;
    }
    downloads.takeHead(session, length + 1, nowNanos);
    downloads.slots().take(new ProofRequest.Block(length, 0), session, nowNanos);
    arrived(next);
    return true;
  }

  private void arrived(Downloads.Arrived proof) {
    unappliedBytes += proof.bytes();
    downloads.arrived(proof);
  }

  private void takeCheck(Proof proof, long bytes) {
    if (trust.takes(proof)) {
      arrived(new Downloads.Arrived(session, null, proof, bytes));
    }
  }

  /**
   * A proof of this peer has been applied, whatever became of it.
   *
   * @param tooEarly whether it came before, or without, another that it was counted on to follow
   */
  void applied(Downloads.Arrived arrived, boolean tooEarly) {
    unappliedBytes -= arrived.bytes();
    Asked asked = arrived.asked();
    ProofRequest.Block block = asked == null ? null : asked.request().block();
    if (asked == null
        || block == null
        || downloads.isHere(block)
        || asked.request().id() <= lastIdBeforeConflict) {
      return;
    }
    if (tooEarly) {
      cautious |= !isOtherwiseLong(asked, block);
    } else if (theirHead.isStillAsWhenAsked(asked)) {
      refuse(block);
    }
  }

  /**
   * Returns whether the log has grown as far as a block, but not to the length that was counted on.
   * It has other roots then, which is nobody's fault.
   */
  private boolean isOtherwiseLong(Asked asked, ProofRequest.Block block) {
    return asked.counted() > 0 && log.length() != asked.counted() && log.length() >= block.end();
  }

  /** The head of the log came from this peer, or else from another one. */
  void headCame(boolean fromPeer) {
    trust.headCame(fromPeer);
  }

  /** The peer has shown a tree; {@code agrees} says whether it is ours. */
  void compared(boolean agrees) {
    trust.compared(agrees);
  }

  /**
   * A proof of this peer did not hold. Nothing more is asked until it has shown the same tree. But
   * if it was too large to be kept, that need not be the peer's fault: its next head may be asked
   * for, or none if no head of the log can be kept.
   */
  void fault(Asked request, PeerFault fault) {
    if (request.request().id() <= lastIdBeforeConflict) {
      return;
    }
    if (fault instanceof TooLargeToKeepException large) {
      if (large.isForGood()) {
        stop(String.valueOf(fault.getMessage()));
      } else {
        theirHead.refuse();
      }
      return;
    }
    trust.fault(fault);
  }

  /** Nothing more is asked of the peer, because we cannot store or keep it. */
  void stop(String why) {
    trust.stop(why);
    pushed.drop();
  }
}
