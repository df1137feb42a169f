package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;

/** A datagram to send or a socket to change; the driver carries them out in order. */
public sealed interface Outgoing {
  /** Time to live of all packets but probes that must not arrive. */
  int TTL = 64;

  /** Longest datagram that is sent; strangers may have us pass on one as long as theirs. */
  int BYTES_MAX = 2048;

  /**
   * Send one datagram.
   *
   * @param socket which socket it leaves from
   * @param bytes at most {@link #BYTES_MAX}; belong to the receiver of this record from now on
   * @param ttl {@link #TTL}, or less for a probe that shall only open our own NAT
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, compared by nobody
  record Packet(int socket, Ipv4Address to, byte[] bytes, int ttl) implements Outgoing {}

  /** Bind a new socket on a port that the system chooses. The number was never used before. */
  record Open(int socket) implements Outgoing {}

  /** Close a socket that {@link Open} opened. */
  record Close(int socket) implements Outgoing {}
}
