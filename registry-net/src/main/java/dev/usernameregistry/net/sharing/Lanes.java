package dev.usernameregistry.net.sharing;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.replication.Message;
import dev.usernameregistry.net.replication.PageBudget;
import dev.usernameregistry.net.replication.ReplicationSession;
import dev.usernameregistry.net.replication.Work;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one connection: one for each log that both sides have, and the directory. Decides
 * which channels are opened, and in which order their messages leave. Loop only.
 */
final class Lanes {
  private static final String REPLICATION = "hypercore/alpha";
  private static final Map<String, String> ALIASES = Map.of("hypercore", REPLICATION);

  /** Bytes that may wait in the mux before sessions are not asked for more. */
  private static final int QUEUED_BYTES_MAX = 64 << 10;

  /** Bytes of proofs of all logs that may wait before nothing more is read from the peer. */
  private static final long CONNECTION_UNAPPLIED_BYTES_MAX = 16L << 20;

  /**
   * Requests for all logs that may wait for answers before nothing more is read from the peer; some
   * 32 MiB. Two peers that both ask so much of each other wait until sessions give up some of it.
   */
  private static final int CONNECTION_REQUESTS_MAX = 1 << 17;

  /** Answers that may be under way at a time, for all logs. */
  private static final int ANSWERS_MAX = 4;

  private static final long CHECK_NANOS = 5_000_000_000L;

  private final Connection connection;
  private final Sharing sharing;
  private final boolean initiator;
  private final byte[] handshakeHash;
  private final Mux mux = new Mux(ALIASES);
  private final PageBudget budget = new PageBudget();
  private final Map<Channel, Lane> byChannel = new HashMap<>();
  private final Map<Key, Lane> byLog = new HashMap<>();

  /** Logs whose channels are to be opened as soon as there is room. */
  private final Queue<Shared> unopened = new ArrayDeque<>();

  /** Lanes that may have messages. */
  private final Set<Lane> ready = new LinkedHashSet<>();

  /** Lanes with requests to answer, in the order of their turns; each waits here once. */
  private final Set<Lane> unanswered = new LinkedHashSet<>();

  private final DirectoryLane directory;

  /** Lanes whose channels the peer has neither opened nor rejected. */
  private final Set<Lane> opening = new HashSet<>();

  /** Whether the peer has opened the directory, as only peers of this library do. */
  private boolean ours;

  private int answers;
  private long unappliedBytes;
  private int pendingRequests;
  private long checkNanos;

  Lanes(
      Connection connection,
      Sharing sharing,
      boolean initiator,
      byte[] handshakeHash,
      long nowNanos) {
    this.connection = connection;
    this.sharing = sharing;
    this.initiator = initiator;
    this.handshakeHash = handshakeHash;
    checkNanos = nowNanos + CHECK_NANOS;
    directory = new DirectoryLane(connection, sharing, mux);
  }

  Mux mux() {
    return mux;
  }

  void openAll() {
    sharing.logs().stream().filter(shared -> !shared.isHeld()).forEach(unopened::add);
    sharing.wake(connection);
  }

  /** Opens channels, as many as fit, so that the peer can answer the first ones meanwhile. */
  private void openMore() {
    while (mux.queuedBytes() < QUEUED_BYTES_MAX && !unopened.isEmpty()) {
      Shared next = unopened.remove();
      if (sharing.log(next.log().discoveryKey()) == next) {
        open(next);
      }
    }
  }

  /** Opens a log's channel, if it is not open. */
  void open(Shared shared) {
    if (byLog.containsKey(shared.log().key())) {
      return;
    }
    ReplicationSession session = shared.replication.join(initiator, handshakeHash, budget);
    Pair pair = new Pair(REPLICATION, shared.log().discoveryKey().bytes());
    Lane lane = new Lane(connection, shared, session, mux.open(pair, session.handshake()));
    byChannel.put(lane.channel, lane);
    byLog.put(shared.log().key(), lane);
    shared.add(lane);
    opening.add(lane);
    if (ours) {
      session.allowPush();
    }
    sharing.wake(connection);
  }

  /** Takes in one mux frame. */
  void receive(ByteBuffer frame, long nowNanos) {
    mux.receive(frame);
    for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
      if (event instanceof MuxEvent.Received received) {
        take(received, nowNanos);
      } else if (event instanceof MuxEvent.Asked asked) {
        answer(asked.pair());
      } else if (event instanceof MuxEvent.Opened opened) {
        take(opened, nowNanos);
      } else if (event instanceof MuxEvent.Closed closed) {
        take(closed, nowNanos);
      }
    }
    sharing.wake(connection);
  }

  private void take(MuxEvent.Received received, long nowNanos) {
    if (directory.isOn(received.channel())) {
      directory.receive(received.type(), received.payload()).forEach(this::open);
      return;
    }
    Lane lane = byChannel.get(received.channel());
    if (lane != null) {
      lane.session.receive(received.type(), received.payload(), nowNanos);
      count(lane);
      sharing.touch(lane.shared);
    }
  }

  private void answer(Pair pair) {
    Shared shared =
        pair.protocol().equals(REPLICATION) && pair.id().length == Key.BYTES
            ? sharing.log(Key.of(pair.id()))
            : null;
    if (shared == null || byLog.containsKey(shared.log().key())) {
      mux.reject(pair);
    } else {
      open(shared);
    }
  }

  private void take(MuxEvent.Opened opened, long nowNanos) {
    if (directory.isOn(opened.channel())) {
      directory.opened(opened.handshake());
      allowPush();
      return;
    }
    Lane lane = byChannel.get(opened.channel());
    if (lane != null) {
      opening.remove(lane);
      directory.knownThere(lane.shared);
      lane.session.open(opened.handshake(), nowNanos);
      sharing.touch(lane.shared);
    }
  }

  private void allowPush() {
    ours = true;
    for (Lane lane : byLog.values()) {
      lane.session.allowPush();
      sharing.touch(lane.shared);
    }
  }

  private void take(MuxEvent.Closed closed, long nowNanos) {
    if (directory.isOn(closed.channel())) {
      directory.closed();
      return;
    }
    Lane lane = byChannel.get(closed.channel());
    if (lane != null) {
      drop(lane, "the peer shares this log no more", nowNanos);
      directory.giveUp(lane.shared.log().key());
      if (closed.rejected()) {
        directory.unknownThere(lane.shared);
      }
    }
  }

  /** Ends a lane whose channel is closed. */
  private void drop(Lane lane, String why, long nowNanos) {
    Key log = lane.shared.log().key();
    if (lane.session.hasRemoteHead()) {
      long length = lane.session.remoteLength();
      RemoteHead last = new RemoteHead(length, lane.session.remoteFork(), Optional.of(why));
      connection.headChanged(log, last);
    }
    opening.remove(lane);
    byChannel.remove(lane.channel);
    byLog.remove(log);
    ready.remove(lane);
    unanswered.remove(lane);
    unappliedBytes -= lane.countedBytes;
    pendingRequests -= lane.countedRequests;
    lane.session.close(nowNanos);
    lane.shared.remove(lane);
    sharing.touch(lane.shared);
  }

  /** Closes the channel of a log that is not replicated any more. */
  void forget(Lane lane, long nowNanos) {
    lane.channel.close();
    drop(lane, "forgotten", nowNanos);
    sharing.wake(connection);
  }

  DirectoryLane directory() {
    return directory;
  }

  void closeAll(long nowNanos) {
    List.copyOf(byLog.values()).forEach(lane -> drop(lane, "gone", nowNanos));
  }

  /** A lane may have something to send. */
  void ready(Lane lane) {
    count(lane);
    ready.add(lane);
    sharing.wake(connection);
  }

  /** Brings up to date what is known of a lane here. */
  private void count(Lane lane) {
    boolean failed = lane.shared.replication.failure().isPresent();
    long bytes = failed ? 0 : lane.session.unappliedBytes();
    unappliedBytes += bytes - lane.countedBytes;
    lane.countedBytes = bytes;
    int requests = failed ? 0 : lane.session.pendingRequests();
    pendingRequests += requests - lane.countedRequests;
    lane.countedRequests = requests;
    RemoteHead head = head(lane);
    RemoteHead before = lane.shownHead;
    boolean empty = lane.session.hasRemoteHead() && head.length() == 0;
    if (failed || empty || head.trouble().isPresent()) {
      directory.giveUp(lane.shared.log().key());
    }
    if (lane.session.hasRemoteHead() && !head.equals(before)) {
      if (head.trouble().isPresent() && (before == null || before.trouble().isEmpty())) {
        connection.logTrouble(lane.shared.log(), head.trouble().get());
      }
      lane.shownHead = head;
      connection.headChanged(lane.shared.log().key(), head);
    }
    if (lane.session.hasRemoteHead() && !lane.shared.isHere() && !lane.shared.log().hasRoom()) {
      directory.settle(lane.shared.log().key()); // what is shown says that it is not here
    }
  }

  private static RemoteHead head(Lane lane) {
    ReplicationSession session = lane.session;
    return new RemoteHead(session.remoteLength(), session.remoteFork(), session.trouble());
  }

  /** Returns whether so much waits for the disk, or the peer, that nothing more should be read. */
  boolean isBehind() {
    return unappliedBytes > CONNECTION_UNAPPLIED_BYTES_MAX
        || pendingRequests > CONNECTION_REQUESTS_MAX;
  }

  /**
   * Returns the next mux frame to send, or null.
   *
   * @throws PeerFault if a session finds that the peer broke the protocol
   */
  byte @Nullable [] nextFrame(long nowNanos) {
    while (mux.queuedBytes() < QUEUED_BYTES_MAX && !ready.isEmpty()) {
      pump(ready.iterator().next(), nowNanos);
    }
    startAnswers();
    openMore();
    if (unopened.isEmpty() && opening.isEmpty()) {
      directory.allOffered();
    }
    directory.fill(mux, QUEUED_BYTES_MAX);
    return mux.nextFrame();
  }

  private void pump(Lane lane, long nowNanos) {
    while (mux.queuedBytes() < QUEUED_BYTES_MAX) {
      Message message = lane.session.nextMessage();
      if (message == null) {
        ready.remove(lane);
        if (lane.session.hasRequests()) {
          unanswered.add(lane);
        }
        finishIfDone(lane, nowNanos);
        return;
      }
      lane.channel.send(message.type(), message.payload());
    }
  }

  /**
   * Begins as many answers as may be under way, one for each lane in turn. An answer that is done
   * makes its lane ready, which then waits for its next turn behind the others.
   */
  private void startAnswers() {
    while (answers < ANSWERS_MAX && mux.queuedBytes() < QUEUED_BYTES_MAX && !unanswered.isEmpty()) {
      Lane lane = unanswered.iterator().next();
      unanswered.remove(lane);
      Work work = lane.session.nextAnswer();
      if (work != null) {
        answers++;
        sharing.submit(lane.shared, work, this::answerDone);
      }
    }
  }

  private void answerDone() {
    answers--;
    sharing.wake(connection);
  }

  /** Closes the channel of a session that has ended by itself, and tries again. */
  private void finishIfDone(Lane lane, long nowNanos) {
    if (lane.session.isDone()) {
      lane.channel.close();
      drop(lane, "the peer did not answer", nowNanos);
      open(lane.shared);
    }
  }

  long nextTimeoutNanos() {
    return checkNanos;
  }

  /** Looks every few seconds for sessions whose requests have been unanswered for too long. */
  void onTimeout(long nowNanos) {
    if (!Times.isDue(checkNanos, nowNanos)) {
      return;
    }
    checkNanos = nowNanos + CHECK_NANOS;
    for (Lane lane : List.copyOf(byLog.values())) {
      lane.session.onTimeout(nowNanos);
      sharing.touch(lane.shared);
      finishIfDone(lane, nowNanos); // also if nothing can leave: see CONNECTION_REQUESTS_MAX
    }
  }
}
