package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;

/** Whom we hold responsible for what comes from an address. */
final class Source {
  private static final int LOOPBACK = 127;

  private Source() {}

  /**
   * Returns a number for the host of {@code address}, whatever its port is. On loopback, where a
   * whole network lives on one host, each port counts as a host of its own.
   */
  static long of(Ipv4Address address) {
    int port = address.host() >>> 24 == LOOPBACK ? address.port() : 0;
    return (long) address.host() << 16 | port;
  }
}
