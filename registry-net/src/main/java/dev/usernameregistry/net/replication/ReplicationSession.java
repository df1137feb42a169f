package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Proof;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Our state for one peer on one log, for the life of one channel. Made by {@link Replication#join}.
 * Has no thread, socket or clock: the driver brings messages and the time, and asks what to send
 * and what to do. Not thread-safe; all sessions of one log belong to one event loop.
 *
 * <p>After each call, and after each {@link Work#finish}, the driver asks {@link
 * Replication#nextReady} which sessions have something to do, and of each of these {@link
 * #nextMessage} and {@link #nextAnswer} until they return null, and {@link #isDone}. Every few
 * seconds it calls {@link #onTimeout}.
 */
public final class ReplicationSession {
  private final Replication replication;
  private final Log log;
  private final boolean initiator;

  /** Of the connection, for all its sessions. */
  private final byte[] handshakeHash;

  private final RemoteBlocks theirs;
  private final TheirHead theirHead;
  private final Announcements announcements;
  private final Answers answers;
  private final Push push;
  private final Requests requests;

  private State state = State.OPENING;

  /** What the peer was shown last of the writer's two trees, and whether it was long enough. */
  private @Nullable Evidence shown;

  private boolean shownWhenLong;

  ReplicationSession(
      Replication replication,
      Downloads downloads,
      boolean initiator,
      byte[] handshakeHash,
      PageBudget budget) {
    this.replication = replication;
    theirs = new RemoteBlocks(budget);
    log = replication.log();
    this.initiator = initiator;
    this.handshakeHash = handshakeHash;
    theirHead = new TheirHead(log, theirs);
    announcements = new Announcements(log, theirs, theirHead);
    answers = new Answers(log);
    push = new Push(log);
    requests = new Requests(this, downloads, theirs, theirHead);
  }

  /** Returns the log that this session is about. */
  Log log() {
    return log;
  }

  /** Returns what to say as the channel is opened, which proves that we know the log's key. */
  public byte[] handshake() {
    return Handshake.of(initiator, handshakeHash, log.key()).encode();
  }

  /**
   * The channel is open on both sides.
   *
   * @param handshake what the peer said as it opened the channel
   * @throws MalformedMessageException if the peer has not proved that it knows the log's key: the
   *     connection has to end
   */
  public void open(byte[] handshake, long nowNanos) {
    Handshake expected = Handshake.of(!initiator, handshakeHash, log.key());
    if (!expected.agrees(Handshake.decode(new WireReader(handshake)))) {
      throw new MalformedMessageException("the peer did not prove that it knows log " + log.key());
    }
    become(State.OPEN);
    announcements.open();
    replication.ready(this);
  }

  /**
   * The peer is one of ours, so each side may send the newest block unasked, and ask for all blocks
   * below a node at once. A JavaScript peer that is told so answers every request for a longer log
   * from the start of the log.
   */
  public void allowPush() {
    announcements.allowPush();
    replication.ready(this);
  }

  /**
   * Takes in one message. Does nothing once this session is closed, and for unknown types.
   *
   * @param payload read before this returns
   * @throws PeerFault if the peer broke the protocol: the connection has to end
   */
  public void receive(long type, WireReader payload, long nowNanos) {
    if (state != State.OPEN) {
      return;
    }
    long bytes = payload.remaining();
    Message message = Message.decode(type, payload);
    if (message != null) {
      take(message, bytes, nowNanos);
      replication.ready(this);
    }
  }

  private void take(Message message, long bytes, long nowNanos) {
    if (message instanceof Message.Data data) {
      requests.take(data.proof(), bytes, nowNanos);
    } else if (message instanceof Message.Request request) {
      answers.take(request.request());
    } else if (message instanceof Message.Cancel cancel) {
      answers.cancel(cancel.request());
    } else if (message instanceof NoData noData) {
      requests.take(noData, nowNanos);
    } else if (message instanceof Want want) {
      announcements.take(want);
    } else {
      takeNews(message);
    }
    if (!(message instanceof Message.Request)) {
      replication.heard(this, nowNanos);
    }
  }

  private void takeNews(Message message) {
    if (message instanceof Sync sync) {
      if (sync.length() > FlatTree.BLOCKS_MAX) {
        throw new MalformedMessageException(
            "a log of " + sync.length() + " blocks, at most " + FlatTree.BLOCKS_MAX);
      }
      announcements.refresh();
      requests.take(sync);
      showConflict();
    } else if (message instanceof Range range && range.drop()) {
      theirs.clear(range.start(), range.length());
    } else if (message instanceof Range range) {
      theirs.set(range.start(), range.length());
      requests.announced(range.start());
      showConflict();
    } else if (message instanceof Bitfield bitfield) {
      theirs.insert(bitfield.start(), bitfield.words());
      requests.announced(bitfield.start());
      showConflict();
    }
  }

  /**
   * Returns the next message to send on the channel, or null. Messages are made as they are asked
   * for, so a driver that waits until the last ones are on their way keeps the memory for a slow
   * peer small.
   *
   * @throws PeerFault if the peer broke the protocol: the connection has to end
   */
  public @Nullable Message nextMessage() {
    answers.requireSensible();
    if (state != State.OPEN) {
      return null;
    }
    Message message = announcements.allowsPush() ? push.next(theirHead.told()) : null;
    if (message == null) {
      message = announcements.next();
    }
    if (message == null) {
      message = requests.next();
    }
    return message != null ? message : nextMade();
  }

  /** Returns the next answer that was made; who gets a block beyond dispute has it from then on. */
  private @Nullable Message nextMade() {
    Message answer = answers.next();
    Proof.Block block = answer instanceof Message.Data data ? data.proof().block() : null;
    if (block != null && log.evidence().isPresent()) {
      theirs.set(block.index(), block.values().size());
      showConflict();
    }
    return answer;
  }

  /** Returns whether {@link #nextAnswer} has work to return. */
  public boolean hasRequests() {
    return state == State.OPEN && answers.hasWork();
  }

  /**
   * Returns the work of answering some of the peer's requests, or null. Not to be asked for while
   * the connection has much to send already: its result may be a few megabytes.
   */
  public @Nullable Work nextAnswer() {
    return hasRequests() ? answers.nextWork(this::answered) : null;
  }

  /**
   * A proof may lead to a head that no sync has told yet, because the log grows on other threads.
   * The sync has to come first: a JavaScript peer that is led beyond what it was told may never say
   * that it has got there, and stops.
   */
  private void answered() {
    replication.refresh(this);
  }

  /** Returns when {@link #onTimeout} will end this session, or {@link Long#MAX_VALUE} for never. */
  long nextTimeoutNanos() {
    return state == State.OPEN ? requests.deadlineNanos() : Long.MAX_VALUE;
  }

  /**
   * Ends this session if a request has been unanswered for too long. Else asks its peer for what
   * another is slow to bring, if there is nothing better to ask it for; so this has to be called
   * every few seconds. Harmless to call early.
   */
  public void onTimeout(long nowNanos) {
    if (Times.isDue(nextTimeoutNanos(), nowNanos)) {
      close(nowNanos);
    } else if (state == State.OPEN) {
      requests.takeOver(nowNanos);
    }
  }

  /**
   * Returns whether this session has ended by itself, so that the driver closes the channel: a
   * request was not answered in time.
   */
  public boolean isDone() {
    return state == State.CLOSED;
  }

  /**
   * The channel is closed, by whomever: what was asked of the peer is asked of others. Closing
   * twice is harmless.
   */
  public void close(long nowNanos) {
    if (state != State.CLOSED) {
      become(State.CLOSED);
      requests.drop();
      theirs.close();
      replication.left(this);
      replication.schedule(nowNanos);
    }
  }

  /** Returns the length that the peer announced last; 0 before it has announced any. */
  public long remoteLength() {
    return theirHead.length();
  }

  /** Returns the fork that the peer announced last; 0 before it has announced any. */
  public long remoteFork() {
    return theirHead.fork();
  }

  /** Returns whether the peer has announced a length. */
  public boolean hasRemoteHead() {
    return theirHead.told() != null;
  }

  /** Returns why nothing is asked of this peer any more; empty as long as it is. */
  public Optional<String> trouble() {
    return requests.trouble();
  }

  /** Returns how many bytes from this peer wait to be stored. */
  public long unappliedBytes() {
    return requests.unappliedBytes();
  }

  /** Returns how many requests of this peer wait to be answered. */
  public int pendingRequests() {
    return answers.pendingRequests();
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  void ready() {
    replication.ready(this);
  }

  /** Others are asked before this peer from now on. */
  void giveWay() {
    replication.giveWay(this);
  }

  Requests requests() {
    return requests;
  }

  Announcements announcements() {
    return announcements;
  }

  void schedule(long nowNanos) {
    if (state == State.OPEN) {
      requests.schedule(nowNanos);
    }
  }

  /** The log is frozen: no block in dispute is asked for, and the peer is shown why. */
  void conflict(long nowNanos) {
    if (state == State.OPEN) {
      requests.conflict(nowNanos);
      announcements.refresh();
      if (announcements.allowsPush()) {
        showConflict();
      }
    }
  }

  /**
   * Shows the peer that the writer signed two trees, and once more when it is as long as they
   * agree. A JavaScript peer takes it as the end of this session, so it is shown that once, when it
   * has all that is beyond dispute; and if it is not known how much that is, not before all of the
   * log is here, as it may come from that peer.
   */
  void showConflict() {
    Evidence evidence = log.evidence().orElse(null);
    if (state != State.OPEN || evidence == null || remoteFork() != evidence.fork()) {
      return;
    }
    boolean isLong = remoteLength() > 0 && remoteLength() >= evidence.agreedAtMost();
    if (announcements.allowsPush()) {
      if (shown == null || !evidence.equals(shown) || (isLong && !shownWhenLong)) {
        show(evidence, evidence.proofs(), isLong);
      }
    } else if (shown == null
        && isLong
        && (evidence.isExact() || log.contiguousLength() == log.length())
        && theirs.hasAll(0, evidence.agreedLength())
        && !requests.isComparing()) {
      show(evidence, evidence.rootProofs(), true);
    }
  }

  private void show(Evidence evidence, List<Proof> proofs, boolean isLong) {
    shown = evidence;
    shownWhenLong = isLong;
    proofs.forEach(answers::show);
  }

  private void become(State next) {
    state = state.to(next);
  }

  /** How far a session is. */
  private enum State {
    /** The peer has not opened the channel yet. */
    OPENING,
    /** Both sides have opened the channel. */
    OPEN,
    /** Final. */
    CLOSED;

    private static final Map<State, Set<State>> NEXT =
        Map.of(
            OPENING, Set.of(OPEN, CLOSED),
            OPEN, Set.of(CLOSED),
            CLOSED, Set.of());

    State to(State next) {
      if (!NEXT.getOrDefault(this, Set.of()).contains(next)) {
        throw new IllegalStateException(this + " to " + next);
      }
      return next;
    }
  }
}
