package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/** Hears how a punch ended: exactly one call, unless it was closed before. */
public interface PunchListener {
  /**
   * A probe of the peer came through. Only a client hears this; a server learns it from the first
   * packet of the stream. {@code socket} is now the listener's, who closes it after use; all others
   * are closed.
   */
  void connected(int socket, Ipv4Address remote, long nowNanos);

  /** There will be no way; all sockets of the punch are closed. */
  void failed(PunchFailure reason, long nowNanos);
}
