package dev.usernameregistry.net.sharing;

import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SessionKeys;
import dev.usernameregistry.net.replication.ReplicationSession;
import dev.usernameregistry.net.replication.Work;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All logs and all connections of one registry together. Has no socket, thread or clock of its own:
 * it lives on the {@link Loop} that it is given, and what waits for a disk runs on the executor.
 * Loop only, except where it says otherwise.
 */
public final class Sharing {
  private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

  private final NetworkHost host;
  private final ShownPeers peers;
  private final SharingOptions options;
  private final SecureRandom random;
  private final InstantSource clock;
  private final LoopQueue changes;
  private final Executor works;

  /** By discovery key. */
  private final Map<Key, Shared> logs = new LinkedHashMap<>();

  private final Set<Connection> connections = new LinkedHashSet<>();

  /** Logs whose sessions may have something to do. */
  private final Set<Shared> touched = new LinkedHashSet<>();

  /** Logs of which a work has ended, and that may have none under way now. */
  private final Set<Shared> finished = new LinkedHashSet<>();

  /** Connections that may have something to send. */
  private final Set<Connection> awake = new LinkedHashSet<>();

  /** Inbound connections whose handshake is under way, oldest first. */
  private final Set<Connection> pending = new LinkedHashSet<>();

  /** Bytes that all connections together keep of unfinished messages. */
  private long unfinishedBytes;

  private boolean settling;
  private boolean closed;

  /**
   * Starts without logs and connections.
   *
   * @param clock says when a connection was complete
   * @param works runs what waits for a disk, on any threads but the loop's, several at a time
   */
  public Sharing(
      NetworkHost host,
      SharingOptions options,
      SecureRandom random,
      InstantSource clock,
      Loop loop,
      Executor works) {
    this.host = host;
    this.peers = new ShownPeers(host);
    this.options = options;
    this.random = random;
    this.clock = clock;
    this.changes = new LoopQueue(loop, this::settleWorked);
    this.works = works;
  }

  /** Runs a change on the loop and everything that follows from it. Safe from any thread. */
  void execute(LongConsumer change) {
    changes.add(
        now -> {
          if (!closed) {
            change.accept(now);
          }
        });
  }

  /** Does everything that follows from what other threads did. */
  private void settleWorked(long nowNanos) {
    settle(nowNanos);
    List<Shared> worked = List.copyOf(finished);
    finished.clear();
    worked.forEach(Shared::runIfIdle); // not before: what follows may be more work
  }

  /**
   * Returns the connected peers as they are now. Made when asked for, because a peer may have
   * announced thousands of heads, one after another. Safe from any thread.
   */
  public List<PeerState> peers() {
    return peers.peers();
  }

  /**
   * Returns whether some connection that we made is not complete yet; {@link #peers} has it before
   * this is false. Safe from any thread.
   */
  public boolean isOpening() {
    return peers.openings().any();
  }

  /**
   * Runs {@code done} when each connection that is being made now is complete and among {@link
   * #peers}, or gone. Who waits when this is closed is never told.
   */
  public void whenShown(Runnable done) {
    peers.openings().whenShown(done);
  }

  NetworkHost host() {
    return host;
  }

  InstantSource clock() {
    return clock;
  }

  /** Offers logs on all connections, present and future. Safe from any thread. */
  public void replicate(List<Log> some) {
    execute(now -> some.forEach(log -> replicate(log, now)));
  }

  private void replicate(Log log, long nowNanos) {
    Shared before = logs.get(log.discoveryKey());
    if (before != null) {
      if (!host.isOnlyIntroduced(log.key())) {
        release(before);
      }
      return;
    }
    Shared shared = new Shared(log, this);
    logs.put(log.discoveryKey(), shared);
    log.addListener(shared);
    shared.replication.lengthened(nowNanos);
    if (host.isOnlyIntroduced(log.key())) {
      shared.hold();
    }
    for (Connection connection : connections) {
      if (!shared.isHeld() || connection.introduced(log.key())) {
        connection.open(shared);
      }
    }
    lengthChanged(shared);
    touch(shared);
  }

  /** A log may be longer, or shorter. */
  void lengthChanged(Shared shared) {
    if (shared.comesHere()) {
      release(shared);
      connections.forEach(connection -> connection.cameHere(shared));
    }
  }

  /** Opens a log on all connections, if it was opened on some only. */
  private void release(Shared shared) {
    if (shared.release()) {
      connections.forEach(connection -> connection.open(shared));
    }
  }

  /** A registry that was introduced is not replicated after all. Safe from any thread. */
  public void notReplicated(Key registry) {
    execute(now -> connections.forEach(connection -> connection.giveUp(registry)));
  }

  /** Closes a log's channels. Runs {@code done} once nothing of it is under way any more. */
  public void forget(Log log, Runnable done, long nowNanos) {
    Shared shared = logs.remove(log.discoveryKey());
    if (shared == null) {
      done.run();
      return;
    }
    log.removeListener(shared);
    shared.lanes().forEach(lane -> lane.connection.forget(lane, nowNanos));
    connections.forEach(connection -> connection.forgotten(shared));
    touched.remove(shared);
    shared.whenIdle(done);
    settle(nowNanos);
  }

  /**
   * Returns the machine of a connection that a peer made, or null if there are too many. If only
   * too many handshakes are under way, the oldest ends: an honest one takes milliseconds, so
   * whoever holds many open does not keep others out. See {@link GivingWay} where there is no room.
   *
   * @param wake as of {@link dev.usernameregistry.net.netty.Starter#start}
   */
  public @Nullable Connection accept(String address, Runnable wake, long nowNanos) {
    if (pending.size() >= options.pendingMax()) {
      Connection oldest = pending.iterator().next();
      oldest.end(Connection.End.FAULT, pending.size() + " handshakes are under way", nowNanos);
    }
    if (connections.size() >= options.connectionsMax()) {
      GivingWay.toOneFrom(address, connections)
          .ifPresent(one -> one.end(Connection.End.LEFT, GivingWay.REASON, nowNanos));
    }
    settle(nowNanos);
    if (closed || connections.size() >= options.connectionsMax()) {
      LOG.debug("connection from {} refused: there are {}", address, connections.size());
      return null;
    }
    SecretStream stream =
        SecretStream.responder(host.identity(), random, options.stream(), nowNanos);
    Connection accepted = new Connection(this, stream, false, address, wake, (how, was) -> {});
    connections.add(accepted);
    pending.add(accepted);
    return accepted;
  }

  /** Returns the machine of a connection that we made, or null if all is closed. */
  public @Nullable Connection dialled(
      String address, Runnable wake, Connection.Listener listener, long nowNanos) {
    SecretStream stream =
        SecretStream.initiator(host.identity(), random, options.stream(), nowNanos);
    return closed ? null : open(new Connection(this, stream, true, address, wake, listener));
  }

  /**
   * Returns the machine of a connection whose handshake was done elsewhere, or null if all is
   * closed or there are too many. It sends its header, and shares nothing before {@link
   * Connection#release}.
   */
  public @Nullable Connection established(
      SessionKeys keys,
      String address,
      Runnable wake,
      Connection.Listener listener,
      long nowNanos) {
    if (closed || connections.size() >= options.connectionsMax()) {
      LOG.debug("connection with {} refused: there are {}", address, connections.size());
      return null;
    }
    SecretStream stream = SecretStream.established(keys, random, options.stream(), nowNanos);
    Connection made = open(new Connection(this, stream, keys.initiator(), address, wake, listener));
    made.hold();
    return made;
  }

  private Connection open(Connection connection) {
    peers.openings().add(connection);
    connections.add(connection);
    return connection;
  }

  /** A connection's handshake is over, in whatever way. */
  void handshakeOver(Connection connection) {
    pending.remove(connection);
    peers.openings().over(connection);
  }

  /** A connection keeps so many bytes of an unfinished message more than before, or fewer. */
  void unfinished(long moreBytes, long nowNanos) {
    unfinishedBytes += moreBytes;
    while (unfinishedBytes > options.unfinishedBytesMax()) {
      Connection largest =
          Collections.max(connections, Comparator.comparingLong(Connection::unfinishedBytes));
      String reason = unfinishedBytes + " bytes of unfinished messages, most of them from there";
      largest.end(Connection.End.FAULT, reason, nowNanos);
    }
  }

  void removed(Connection connection) {
    connections.remove(connection);
    peersChanged();
  }

  Collection<Shared> logs() {
    return logs.values();
  }

  @Nullable Shared log(Key discoveryKey) {
    return logs.get(discoveryKey);
  }

  /** Notes that something was done to a log's sessions. */
  void touch(Shared shared) {
    touched.add(shared);
  }

  /** Notes that a connection may have something to send, or has ended. */
  void wake(Connection connection) {
    awake.add(connection);
  }

  /** Notes that {@link #peers} has other peers, or another registry of one. */
  void peersChanged() {
    peers.changed();
  }

  /** Notes that {@link #peers} has other heads of this one. */
  void headsChanged(Connection connection) {
    peers.headsChanged(connection);
  }

  /** Has a work done and its result handed back; then {@code after} runs on the loop. */
  void submit(Shared shared, Work work, Runnable after) {
    shared.works++;
    works.execute(
        () -> {
          shared.run(work);
          changes.add(now -> finish(shared, work, after, now));
        });
  }

  private void finish(Shared shared, Work work, Runnable after, long nowNanos) {
    shared.works--;
    finished.add(shared);
    if (!closed) {
      work.finish(nowNanos);
      after.run();
      touch(shared);
    }
  }

  /**
   * Does everything that follows from the last changes. Each public method that changes something,
   * here and of {@link Connection}, ends with this, so that nobody else has to think of it.
   */
  void settle(long nowNanos) {
    if (settling || closed) {
      return;
    }
    settling = true;
    try {
      while (!touched.isEmpty() || !awake.isEmpty()) {
        settleLogs();
        wakeConnections();
      }
    } finally {
      settling = false;
    }
    if (!closed) {
      peers.tell(connections);
    }
  }

  private void settleLogs() {
    while (!touched.isEmpty()) {
      Shared shared = touched.iterator().next();
      touched.remove(shared);
      for (Work work; (work = shared.replication.nextWork()) != null; ) {
        submit(shared, work, () -> {});
      }
      for (ReplicationSession s; (s = shared.replication.nextReady()) != null; ) {
        Lane lane = shared.lane(s);
        if (lane != null) {
          lane.connection.ready(lane);
        }
      }
      shared.logFailure();
    }
  }

  private void wakeConnections() {
    while (!awake.isEmpty()) {
      Connection connection = awake.iterator().next();
      awake.remove(connection);
      connection.wake();
    }
  }

  /** Ends all connections. Nothing is told to the host from now on. */
  public void close(long nowNanos) {
    closed = true;
    for (Shared shared : logs.values()) {
      shared.log().removeListener(shared);
    }
    for (Connection connection : List.copyOf(connections)) {
      connection.end(Connection.End.LEFT, "this peer leaves", nowNanos);
      connection.wake();
    }
    peers.close();
  }
}
