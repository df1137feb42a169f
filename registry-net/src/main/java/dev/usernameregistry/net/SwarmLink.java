package dev.usernameregistry.net;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.swarm.Link;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection of a swarm: a stream, and from {@link #open} on the logs shared over it. */
final class SwarmLink implements Link {
  private final SwarmPeer swarm;
  private final Peered peered;

  /** Null until the policy chose this one among several to the same peer. */
  private @Nullable Connection connection;

  SwarmLink(SwarmPeer swarm, Peered peered) {
    this.swarm = swarm;
    this.peered = peered;
  }

  Peered peered() {
    return peered;
  }

  int streamId() {
    return peered.streamId();
  }

  @Override
  public Key remoteKey() {
    return peered.keys().remotePublicKey();
  }

  @Override
  public boolean hasTrafficBothWays() {
    return connection != null && connection.hasTraffic();
  }

  @Override
  public void sendKeepAlive(long nowNanos) {
    if (connection != null) {
      connection.keepAlive(nowNanos);
    }
  }

  @Override
  public void open(List<Key> topics, long nowNanos) {
    connection = swarm.share(this, nowNanos);
  }

  @Override
  public void destroy(Reason reason, long nowNanos) {
    boolean politely = reason == Reason.SUSPENDED || reason == Reason.DESTROYED;
    Connection live = connection;
    if (live != null) {
      live.end(Connection.End.LEFT, sentence(reason), nowNanos);
    }
    if (live == null || !politely) {
      swarm.carriers().destroy(streamId(), nowNanos);
    }
    swarm.settle(nowNanos);
  }

  private static String sentence(Reason reason) {
    return switch (reason) {
      case DUPLICATE -> "another connection with the same peer stays";
      case REFUSED -> "the peer is refused";
      case SUSPENDED -> "this peer goes to sleep";
      case DESTROYED -> "this peer leaves";
    };
  }

  /** Ends the connection with a peer that is refused from now on. */
  void refuse(long nowNanos) {
    destroy(Reason.REFUSED, nowNanos);
  }

  /** Learns that the logs' side has ended; a peer that broke a protocol is not waited for. */
  void ended(Connection.End how, long nowNanos) {
    if (how == Connection.End.FAULT || how == Connection.End.SELF) {
      swarm.carriers().destroy(streamId(), nowNanos);
    }
  }

  @Override
  public String toString() {
    return "SwarmLink[" + remoteKey().shortHex() + ", " + peered.remote() + "]";
  }
}
