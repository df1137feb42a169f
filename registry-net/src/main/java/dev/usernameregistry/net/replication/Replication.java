package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one log, each with another peer: what is shared between them is whom to ask for
 * what. Every block of the log is fetched and then kept live. Has no thread, socket or clock. Not
 * thread-safe; one event loop owns it and its sessions.
 *
 * <p>The driver tells it of every change of the log, by a {@link
 * dev.usernameregistry.log.LogListener} whose calls it passes on to the event loop; it may pass
 * them on late, but in order. After every call it asks {@link #nextWork} until that returns null,
 * and {@link #nextReady} for the sessions to look after.
 */
public final class Replication {
  private final Log log;
  private final Downloads downloads;

  /** In the order in which they are asked: a peer that has refused something is asked last. */
  private final Set<ReplicationSession> sessions = new LinkedHashSet<>(2);

  private final Set<ReplicationSession> ready = new LinkedHashSet<>(2);
  private final Deque<Work> lookUps = new ArrayDeque<>(1);

  /** Sessions whose peer has said something since they last asked for anything. */
  private final Set<ReplicationSession> heard = new LinkedHashSet<>(2);

  /** When the last of them heard it. */
  private long heardNanos;

  /** Starts without sessions. Reads nothing from a disk. */
  public Replication(Log log) {
    this.log = log;
    downloads = new Downloads(this);
  }

  /** Returns the log that is replicated. */
  public Log log() {
    return log;
  }

  /**
   * Returns a new session, for a channel that is about to be opened.
   *
   * @param initiator whether we dialled the connection
   * @param handshakeHash the 64 bytes that name the connection on both sides
   * @param budget shared by all sessions of the connection
   */
  public ReplicationSession join(boolean initiator, byte[] handshakeHash, PageBudget budget) {
    ReplicationSession session =
        new ReplicationSession(this, downloads, initiator, handshakeHash, budget);
    sessions.add(session);
    return session;
  }

  /** Returns the sessions that are not closed, in the order in which their peers are asked. */
  List<ReplicationSession> sessions() {
    return List.copyOf(sessions);
  }

  /** The log has grown, at the same fork. */
  public void lengthened(long nowNanos) {
    sessions.forEach(this::refresh);
    schedule(nowNanos);
  }

  /** Blocks {@code start} to {@code start + length - 1} of the log are stored now. */
  public void stored(long start, long length, long nowNanos) {
    for (ReplicationSession session : sessions) {
      session.announcements().stored(start, length);
      ready(session);
    }
  }

  /** The log was cut to {@code length} blocks; it may have grown again since. */
  public void truncated(long length, long previousLength, long nowNanos) {
    for (ReplicationSession session : sessions) {
      session.announcements().truncated(length, previousLength);
      session.requests().truncated(length, nowNanos);
      ready(session);
    }
    schedule(nowNanos);
  }

  /**
   * The log is frozen, or for other evidence than before: its sessions show their peers why, and go
   * on with what is not known to be in dispute, so that all peers with exact evidence have the same
   * of it.
   */
  public void conflict(long nowNanos) {
    for (ReplicationSession session : sessions()) {
      session.conflict(nowNanos);
      ready(session);
    }
    schedule(nowNanos);
  }

  /** The head of the log came from the peer of {@code source}. */
  void headCame(ReplicationSession source) {
    sessions.forEach(session -> session.requests().headCame(session == source));
  }

  /** Returns the next thing to be done off the event loop, or null. */
  public @Nullable Work nextWork() {
    askOn();
    Work lookUp = lookUps.poll();
    return lookUp != null ? lookUp : downloads.nextWork();
  }

  /** Returns a session that may have messages or work, each once, or null. */
  public @Nullable ReplicationSession nextReady() {
    var next = ready.iterator();
    if (!next.hasNext()) {
      return null;
    }
    ReplicationSession session = next.next();
    next.remove();
    return session;
  }

  /**
   * Returns why nothing is fetched any more: the log could not store it. The log has to be opened
   * again, and replicated anew.
   */
  public Optional<Exception> failure() {
    return Optional.ofNullable(downloads.failure());
  }

  void ready(ReplicationSession session) {
    ready.add(session);
    if (session.isOpen()) {
      Work lookUp = session.announcements().nextWork(() -> refresh(session));
      if (lookUp != null) {
        lookUps.add(lookUp);
      }
    }
  }

  /** What the peer of a session is told may be different now. */
  void refresh(ReplicationSession session) {
    session.announcements().refresh();
    ready(session);
  }

  /**
   * A peer has said something. What is asked of it is decided when all is known that came together,
   * so that a length and the blocks up to it are asked for at once.
   */
  void heard(ReplicationSession session, long nowNanos) {
    heard.add(session);
    heardNanos = nowNanos;
  }

  private void askOn() {
    if (heard.isEmpty()) {
      return;
    }
    List<ReplicationSession> asking = List.copyOf(heard);
    heard.clear();
    if (downloads.pollReleased()) {
      schedule(heardNanos);
    } else {
      asking.forEach(session -> session.schedule(heardNanos));
    }
  }

  /**
   * Lets all others be asked before {@code session}, so that a peer which announces and refuses the
   * same again and again does not keep it from them.
   */
  void giveWay(ReplicationSession session) {
    if (sessions.remove(session)) {
      sessions.add(session);
    }
  }

  void left(ReplicationSession session) {
    sessions.remove(session);
    heard.remove(session);
    ready.add(session);
  }

  /** A block that was asked for did not come; all may ask for it again. */
  void released(long block) {
    for (ReplicationSession session : sessions) {
      session.requests().rewind(block);
    }
  }

  /** What peers could not prove to us is looked at again. */
  void nodesCame() {
    for (ReplicationSession session : sessions) {
      session.requests().blocks().nodesCame();
    }
  }

  /** Asks every peer for what it may be asked for. */
  void schedule(long nowNanos) {
    for (ReplicationSession session : sessions) {
      session.schedule(nowNanos);
    }
  }

  /** Proofs have been applied: what is told and asked may be different now. */
  void applied(long nowNanos) {
    nodesCame();
    for (ReplicationSession session : sessions) {
      session.announcements().refresh();
      session.schedule(nowNanos);
      session.showConflict();
      ready(session);
    }
  }

  void stop(String why) {
    for (ReplicationSession session : sessions) {
      session.requests().stop(why);
      ready(session);
    }
  }
}
