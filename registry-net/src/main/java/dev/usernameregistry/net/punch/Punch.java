package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/** A punch of either side, as the node's sockets and the clock see it. */
public interface Punch {
  /** Returns whether {@code socket} is one of this punch. */
  boolean owns(int socket);

  /** Takes in a one-byte datagram that came on a socket of this punch. */
  void probe(int socket, Ipv4Address from, long nowNanos);

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  void onTimeout(long nowNanos);

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  long nextTimeoutNanos();

  /** Returns whether the punch has ended, in whatever way. */
  boolean isDone();
}
