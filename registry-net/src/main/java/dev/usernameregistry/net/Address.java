package dev.usernameregistry.net;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * A host and a port as an application names them.
 *
 * @param host a name or a literal address
 * @param port 1 to 65,535, or 0 for one that the system chooses
 */
record Address(String host, int port) {
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  private static final Pattern LITERAL = Pattern.compile(BYTE + "(\\." + BYTE + "){3}|.*:.*");

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

  /** Returns whether the host is an address already, so that no name service is asked. */
  boolean isLiteral() {
    return LITERAL.matcher(host).matches();
  }

  /** Looks the name up; may wait for the name service, unless the host {@link #isLiteral}. */
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
