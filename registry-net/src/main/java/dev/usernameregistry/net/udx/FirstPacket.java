package dev.usernameregistry.net.udx;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * Decides on packets for a stream that is not connected, or that come in on another socket than the
 * one it is connected on. May connect or destroy the stream, or any other.
 */
public interface FirstPacket {
  /** Accepts nothing. */
  FirstPacket REJECT = (socket, from, nowNanos) -> false;

  /** Returns whether the packet is for the stream; otherwise it is dropped. */
  boolean accept(int socket, Ipv4Address from, long nowNanos);
}
