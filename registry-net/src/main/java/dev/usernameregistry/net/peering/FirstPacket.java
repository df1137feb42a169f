package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;

/** Decides about packets that reach a stream from where it expects none. */
@FunctionalInterface
public interface FirstPacket {
  /**
   * Called with a packet for a stream that is not connected, or that is connected through another
   * socket, before the stream takes the packet in. May connect the stream or change its remote.
   *
   * @return whether the stream takes the packet in
   */
  boolean from(int socket, Ipv4Address from, long nowNanos);
}
