package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a punch do alike: own the sockets, find out about our NAT, and probe. The
 * owner decides when. After {@link #close} nothing happens any more.
 */
final class Puncher implements NatAnalysis.Listener {
  /** How often a fresh socket may replace one with which no punch is possible. */
  private static final int REOPENS_MAX = 3;

  /** Hears what happens by itself. */
  interface Owner {
    /** The analysis has ended; again after {@link Puncher#reopen}. */
    void analyzed(long nowNanos);

    /** All probes are sent and none of the peer's came. */
    void exhausted(long nowNanos);
  }

  private final PunchContext context;
  private final RemotePeer remote;
  private final Timers timers;
  private final Owner owner;
  private final PunchSockets sockets;
  private NatAnalysis analysis;
  private int reopens;
  private boolean reopening;
  private boolean reserved;
  private boolean closed;

  /** What we send; null before {@link #punch}. */
  private @Nullable ProbePlan plan;

  Puncher(PunchContext context, RemotePeer remote, Timers timers, Owner owner) {
    this.context = context;
    this.remote = remote;
    this.timers = timers;
    this.owner = owner;
    this.sockets = new PunchSockets(context.node());
    this.analysis = new NatAnalysis(context.node(), sockets.open(), this);
  }

  void start(long nowNanos) {
    analysis.start(nowNanos);
  }

  int socket() {
    return sockets.primary();
  }

  boolean owns(int socket) {
    return sockets.contains(socket);
  }

  NatSamples nat() {
    return analysis.samples();
  }

  /** Takes in that {@code from} sees {@code socket} as {@code address}. */
  void sample(int socket, Ipv4Address from, Ipv4Address address, long nowNanos) {
    if (!closed && socket == sockets.primary()) {
      analysis.add(from, address, nowNanos);
    }
  }

  /** Returns whether nothing more will come of waiting. */
  boolean isAnalyzed() {
    return !reopening && analysis.isDone();
  }

  /** Returns whether no punch is possible with what we know of both sides. */
  boolean isUnstable() {
    NatKind kind = nat().kind();
    return kind == NatKind.UNKNOWN || (kind == NatKind.RANDOM && remote.kind() == NatKind.RANDOM);
  }

  /** Tries other sockets until a punch is possible; returns false if that was or cannot be done. */
  boolean reopen(long nowNanos) {
    if (closed || reopens > 0 || plan != null) {
      return false;
    }
    reopening = true;
    replaceSocket(nowNanos);
    return true;
  }

  @Override
  public void analyzed(long nowNanos) {
    if (closed) {
      return;
    }
    if (reopening && isUnstable() && reopens < REOPENS_MAX && plan == null) {
      replaceSocket(nowNanos);
      return;
    }
    reopening = false;
    owner.analyzed(nowNanos);
  }

  void probe(Ipv4Address to, int ttl) {
    sockets.probe(sockets.primary(), to, ttl);
  }

  /** Answers a probe from the socket on which it came. */
  void echo(int socket, Ipv4Address to) {
    sockets.probe(socket, to, PunchSockets.TTL);
  }

  /** Returns whether one of the two sides has a random NAT, which needs a place in the budget. */
  boolean isRandom() {
    return remote.kind() == NatKind.RANDOM || nat().kind() == NatKind.RANDOM;
  }

  /** Takes the place that a random punch needs; returns false if there is none now. */
  boolean reserve(long nowNanos) {
    if (isRandom() && !reserved) {
      reserved = context.budget().take(nowNanos);
      return reserved;
    }
    return true;
  }

  /** Gives the place back that {@link #reserve} took. */
  void unreserve(long nowNanos) {
    if (reserved) {
      reserved = false;
      context.budget().giveBack(plan != null, nowNanos);
    }
  }

  boolean isPunching() {
    return plan != null;
  }

  /**
   * Begins to probe, if that has not begun yet.
   *
   * @param waits whether a probe was just sent
   * @return false if the peer has named nothing that we can probe, or this is closed
   */
  boolean punch(boolean waits, long nowNanos) {
    if (closed) {
      return false;
    }
    if (plan == null) {
      plan = plan(waits);
      if (plan != null) {
        step(plan, nowNanos);
      }
    }
    return plan != null;
  }

  /** Acts on {@link Timer#PROBE}. */
  void onTimeout(long nowNanos) {
    if (plan != null && timers.expired(Timer.PROBE, nowNanos)) {
      step(plan, nowNanos);
    }
  }

  /** Stops everything and closes all sockets but {@code kept}. */
  void close(int kept, long nowNanos) {
    if (closed) {
      return;
    }
    closed = true;
    analysis.stop();
    timers.stop(Timer.PROBE);
    unreserve(nowNanos);
    sockets.closeAllBut(kept);
  }

  private void replaceSocket(long nowNanos) {
    reopens++;
    analysis.stop();
    sockets.replacePrimary();
    analysis = new NatAnalysis(context.node(), sockets.primary(), this);
    analysis.start(nowNanos);
  }

  private @Nullable ProbePlan plan(boolean waits) {
    boolean stable = nat().kind().isStable();
    boolean remoteStable = remote.kind().isStable();
    if (stable && remoteStable) {
      return remote.hasAddresses() ? new ConsistentProbes(sockets, remote, waits) : null;
    }
    Ipv4Address verified = remote.verifiedAddress();
    if (verified == null) {
      return null;
    }
    if (stable && remote.kind() == NatKind.RANDOM) {
      return new RandomPortProbes(sockets, verified, context.random());
    }
    if (remoteStable && nat().kind() == NatKind.RANDOM && verified.port() != 0) {
      return new ManySocketsProbes(sockets, verified);
    }
    return null;
  }

  private void step(ProbePlan current, long nowNanos) {
    long delayNanos = current.step();
    if (delayNanos == ProbePlan.EXHAUSTED) {
      owner.exhausted(nowNanos);
    } else {
      timers.set(Timer.PROBE, delayNanos, nowNanos);
    }
  }
}
