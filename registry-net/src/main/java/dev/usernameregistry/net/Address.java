package dev.usernameregistry.net;

import java.net.InetSocketAddress;

/**
 * A host and a port as an application names them.
 *
 * @param host a name or a literal address
 * @param port 1 to 65,535, or 0 for one that the system chooses
 */
record Address(String host, int port) {

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  Address {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host is blank");
    }
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
  }

  /** Looks the name up; may wait for the name service. */
  InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  /** Returns {@code host:port}, with an IPv6 address in brackets. */
  @Override
  public String toString() {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
