package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.time.Times;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All topics, peers and connections of one key. Has no thread, socket or clock: the caller brings
 * connections and the time, and implements the ports through which this looks up, announces and
 * dials. Not thread-safe; one event loop owns it. The ports may call back at any time.
 */
public final class SwarmPolicy {
  /** Topics joined at a time. */
  public static final int TOPICS_MAX = 1_024;

  private final Entrance entrance;
  private final Dialling dialling;
  private final Connections connections;
  private final Topics topics;

  private SwarmState state = SwarmState.RUNNING;

  private @Nullable Milestone suspended;
  private @Nullable Milestone destroyed;

  /**
   * Creates a swarm that does nothing yet.
   *
   * @param ownKey the public key of the key pair that announces, dials and takes in connections
   */
  public SwarmPolicy(
      Key ownKey,
      SwarmOptions options,
      Firewall firewall,
      SwarmPorts ports,
      RandomGenerator random) {
    entrance = new Entrance(ports.reception());
    dialling = new Dialling(ownKey, options, firewall, ports.dialler(), random);
    connections = dialling.connections();
    topics = new Topics(ports.discovery(), entrance, dialling, random);
  }

  /**
   * Joins a topic, also while suspended, or changes what is done on it. A round begins at once,
   * unless one for the same is under way, or the same topic was just left: then when that is done.
   *
   * @throws IllegalStateException if the swarm is destroyed or has {@link #TOPICS_MAX} topics
   */
  public void join(Key topic, JoinOptions options, long nowNanos) {
    if (isDestroyed()) {
      throw new IllegalStateException("the swarm is destroyed");
    }
    topics.join(topic, options, nowNanos);
  }

  /**
   * Leaves a topic. Connections stay; peers that were only found there are not dialled any more.
   *
   * @param done called once when our announcement is taken back
   */
  public void leave(Key topic, Done done, long nowNanos) {
    topics.leave(topic, done, nowNanos);
  }

  /** Returns how it stands with the topics that are joined, in the order in which they were. */
  public List<TopicState> topics() {
    return topics.states();
  }

  /**
   * Dials a peer whose key is known, again and again, past the queue and the limit on connections,
   * until {@link #leavePeer}.
   */
  public void joinPeer(Key remoteKey, long nowNanos) {
    if (!isDestroyed()) {
      dialling.join(remoteKey, nowNanos);
    }
  }

  /** Ends {@link #joinPeer}; a connection stays. */
  public void leavePeer(Key remoteKey, long nowNanos) {
    dialling.leave(remoteKey, nowNanos);
  }

  /**
   * Bans a peer: it is not dialled any more and its handshakes are refused. An open connection
   * stays until the application ends it.
   */
  public void ban(Key remoteKey, long nowNanos) {
    dialling.ban(remoteKey, nowNanos);
  }

  /**
   * Returns whether a handshake is to be refused: asked when a peer dials us and its key is known.
   * One that the firewall rejects is banned.
   */
  public boolean refuses(Key remoteKey) {
    boolean full = connections.isFull() && !connections.contains(remoteKey);
    return state != SwarmState.RUNNING || full || dialling.refuses(remoteKey);
  }

  /**
   * Takes in a connection that a peer dialled. It is opened or destroyed, now or when the
   * connection that it replaces has closed.
   */
  public void accepted(Link link, long nowNanos) {
    connections.accept(link, nowNanos);
  }

  /** Takes note that a connection has closed; see {@link Link}. */
  public void closed(Link link, long nowNanos) {
    connections.closed(link, nowNanos);
  }

  /**
   * Tells {@code done} when every topic's running round has ended, and then everybody who was found
   * and is to be dialled has connected or failed once. Not complete if suspending or destroying
   * comes first.
   */
  public void flush(Done done, long nowNanos) {
    topics.flushed(
        (complete, now) -> {
          if (state == SwarmState.RUNNING) {
            dialling.flush((dialled, later) -> done.done(complete && dialled, later), now);
          } else {
            done.done(false, now);
          }
        },
        nowNanos);
  }

  /** The network has changed: finds out which connections are dead, and refreshes all topics. */
  public void networkChanged(long nowNanos) {
    if (state == SwarmState.RUNNING) {
      connections.sendKeepAlives(nowNanos);
      topics.refresh(nowNanos);
    }
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    topics.onTimeout(nowNanos);
    dialling.onTimeout(nowNanos);
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    return Times.earlier(topics.nextTimeoutNanos(), dialling.nextTimeoutNanos());
  }

  /**
   * Takes in and dials nobody, takes back all announcements and ends all connections. The topics
   * stay joined. Does nothing more if that is under way or done.
   *
   * @param done called once when nothing is left; the DHT can then be suspended
   * @throws IllegalStateException if the swarm is destroyed
   */
  public void suspend(Done done, long nowNanos) {
    if (isDestroyed()) {
      throw new IllegalStateException("the swarm is destroyed");
    }
    Milestone end = suspended;
    if (end == null) {
      state = state.to(SwarmState.SUSPENDING);
      end = new Milestone();
      suspended = end;
      dialling.stop();
      List<Milestone> parts =
          List.of(
              entrance.suspend(nowNanos),
              topics.stop(true, nowNanos),
              connections.end(Link.Reason.SUSPENDED, nowNanos));
      dialling.endFlushes(nowNanos);
      Milestone.all(parts, nowNanos).then(this::suspended, nowNanos);
    }
    end.then(done, nowNanos);
  }

  private void suspended(boolean complete, long nowNanos) {
    Milestone end = suspended;
    if (state == SwarmState.SUSPENDING && end != null) {
      state = state.to(SwarmState.SUSPENDED);
      end.done(complete, nowNanos);
    }
  }

  /**
   * Goes on after {@link #suspend} was done, once the DHT goes on.
   *
   * @throws IllegalStateException if it is not done, or the swarm is destroyed
   */
  public void resume(long nowNanos) {
    if (state == SwarmState.RUNNING) {
      return;
    }
    state = state.to(SwarmState.RUNNING);
    suspended = null;
    connections.resume();
    dialling.resume();
    entrance.resume(nowNanos);
    topics.resume(nowNanos);
    dialling.proceed(nowNanos);
  }

  /**
   * Ends everything: dials first, then the announcements of all topics, then that of our key, then
   * all connections, without waiting for what is unsent on them.
   *
   * @param force whether to leave the topics' announcements to expire
   * @param done called once when nothing is left; the DHT can then be closed
   */
  public void destroy(boolean force, Done done, long nowNanos) {
    Milestone end = destroyed;
    if (end == null) {
      state = state.to(SwarmState.DESTROYING);
      end = new Milestone();
      destroyed = end;
      dialling.stop();
      connections.refuse(Link.Reason.DESTROYED, nowNanos);
      Milestone gone = topics.stop(!force, nowNanos);
      topics.clear();
      (force ? Milestone.reached(nowNanos) : gone).then(this::close, nowNanos);
    }
    end.then(done, nowNanos);
  }

  private void close(boolean complete, long nowNanos) {
    entrance.close(nowNanos).then((closed, now) -> endConnections(now), nowNanos);
  }

  private void endConnections(long nowNanos) {
    dialling.endFlushes(nowNanos);
    connections.end(Link.Reason.DESTROYED, nowNanos).then(this::destroyed, nowNanos);
  }

  private void destroyed(boolean complete, long nowNanos) {
    state = state.to(SwarmState.DESTROYED);
    Milestone end = destroyed;
    Milestone unfinished = suspended;
    if (unfinished != null) {
      unfinished.done(false, nowNanos);
    }
    if (end != null) {
      end.done(true, nowNanos);
    }
  }

  /** Returns whether {@link #destroy} was called. */
  public boolean isDestroyed() {
    return state == SwarmState.DESTROYING || state == SwarmState.DESTROYED;
  }

  /** Returns whether peers were found that are not dialled, as there are too many connections. */
  public boolean isFull() {
    return dialling.isFull();
  }

  /** Returns what there is and what was done. */
  public SwarmStatistics statistics() {
    return new SwarmStatistics(
        dialling.statistics(), connections.statistics(), connections.totals());
  }
}
