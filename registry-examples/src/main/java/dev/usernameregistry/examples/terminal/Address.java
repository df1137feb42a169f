package dev.usernameregistry.examples.terminal;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a peer listens: {@code host:port}, or {@code [host]:port} for an IPv6 address.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 asks for any free one
 */
public record Address(String host, int port) {
  private static final int PORT_MAX = 65_535;

  /**
   * Parses the two forms above.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code text}
   */
  public static Address parse(String text) {
    if (text.contains("/")) {
      throw new IllegalArgumentException(
          "'" + text + "' is a URL: HOST:PORT is needed, without what is before and behind");
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.endsWith("]")) {
      throw new IllegalArgumentException("'" + text + "' has no port: HOST:PORT is needed");
    }
    return new Address(host(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
  }

  /** Returns {@code host:port}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static String host(String text, String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    if (bare.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' has no host: HOST:PORT is needed");
    }
    if (!bracketed && bare.contains(":")) {
      throw new IllegalArgumentException(
          "'" + text + "' has an IPv6 address: put it in brackets, as in [::1]:4001");
    }
    return bare;
  }

  private static int port(String text, String port) {
    if (isPort(port)) {
      return Integer.parseInt(port);
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' has a wrong port: a port is from 0 to "
            + PORT_MAX
            + ", got '"
            + port
            + "'");
  }

  private static boolean isPort(String text) {
    return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= PORT_MAX;
  }

  /** Reads the address of a node of the DHT: IPv4, and with a port. */
  public static final class NodeConverter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
      if (!text.contains("/") && text.indexOf(':') != text.lastIndexOf(':')) {
        throw new TypeConversionException(
            "the DHT is IPv4 only: a name or an IPv4 address is needed, got '" + text + "'");
      }
      return new PeerConverter().convert(text);
    }
  }

  /** Reads the address of somebody else: with a port that is not 0. */
  public static final class PeerConverter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
      Address peer = new Converter().convert(text);
      if (peer.port() == 0) {
        throw new TypeConversionException("'" + text + "' has port 0, where nobody can be reached");
      }
      return peer;
    }
  }

  /** Reads a port of this machine, 0 for any free one. */
  public static final class PortConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (isPort(text)) {
        return Integer.valueOf(text);
      }
      throw new TypeConversionException("a port is from 0 to " + PORT_MAX + ", got '" + text + "'");
    }
  }

  /** Reads an option's value. */
  public static final class Converter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
