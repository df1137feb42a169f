package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.swarm.Link;

/** One connection of a swarm, over which logs are shared from {@link #open} on. */
final class SwarmLink implements Link {
  private final Peered peered;
  private final Connection connection;
  private final Carriers carriers;

  SwarmLink(Peered peered, Connection connection, Carriers carriers) {
    this.peered = peered;
    this.connection = connection;
    this.carriers = carriers;
  }

  int streamId() {
    return peered.streamId();
  }

  @Override
  public Key remoteKey() {
    return peered.keys().remotePublicKey();
  }

  @Override
  public Ipv4Address remoteAddress() {
    return peered.remote();
  }

  @Override
  public boolean hasTrafficBothWays() {
    return connection.hasTraffic();
  }

  @Override
  public void sendKeepAlive(long nowNanos) {
    connection.keepAlive(nowNanos);
  }

  @Override
  public void open(long nowNanos) {
    connection.release(nowNanos);
  }

  @Override
  public void destroy(Reason reason, long nowNanos) {
    connection.leave(sentence(reason), nowNanos);
    if (reason != Reason.SUSPENDED && reason != Reason.DESTROYED) {
      carriers.destroy(streamId(), nowNanos);
    }
  }

  private static String sentence(Reason reason) {
    return switch (reason) {
      case DUPLICATE -> "another connection with the same peer stays";
      case REFUSED -> "the peer is refused";
      case SUSPENDED -> "this peer goes to sleep";
      case DESTROYED -> "this peer leaves";
    };
  }

  @Override
  public String toString() {
    return "SwarmLink[" + remoteKey().shortHex() + ", " + peered.remote() + "]";
  }
}
