package dev.usernameregistry.net.netty;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * Where a datagram goes.
 *
 * @param socket the number of the socket that it leaves from
 * @param ttl after how many routers it is dropped; {@link #USUAL_TTL} but for probes. Sockets of
 *     the JDK cannot set it, and send all datagrams with the system's own
 */
public record DatagramRoute(int socket, Ipv4Address to, int ttl) {
  /** What any datagram that is to arrive is sent with. */
  public static final int USUAL_TTL = 64;

  /** Checks what no address or machine can make right. */
  public DatagramRoute {
    if (ttl < 1 || ttl > 255) {
      throw new IllegalArgumentException("time to live " + ttl + " is not between 1 and 255");
    }
  }

  /** The way of a datagram that is to arrive. */
  public DatagramRoute(int socket, Ipv4Address to) {
    this(socket, to, USUAL_TTL);
  }
}
