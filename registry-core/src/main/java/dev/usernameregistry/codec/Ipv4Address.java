package dev.usernameregistry.codec;

/**
 * An IPv4 address and a UDP port, as machines and messages name the ends of a datagram.
 *
 * <pre>
 * offset  size  field
 *      0     4  host, in dotted order
 *      4     2  port, little-endian
 *      6        end
 * </pre>
 *
 * <p>Compatible with compact-encoding-net.
 *
 * @param host the four bytes, the first one highest
 * @param port 0 to 65,535; 0 where only the host is known
 */
public record Ipv4Address(int host, int port) {
  /** Bytes in one encoded address. */
  public static final int BYTES = 6;

  /** Checks the port. */
  public Ipv4Address {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
  }

  /**
   * Returns the address of a host in dotted decimal notation; no name is looked up.
   *
   * @throws IllegalArgumentException if {@code host} is not four numbers from 0 to 255
   */
  public static Ipv4Address of(String host, int port) {
    String[] parts = host.split("\\.", -1);
    int bytes = 0;
    for (String part : parts) {
      if (parts.length != 4 || !part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 0xff) {
        throw new IllegalArgumentException("'" + host + "' is not an IPv4 address");
      }
      bytes = bytes << 8 | Integer.parseInt(part);
    }
    return new Ipv4Address(bytes, port);
  }

  /** Reads one address. */
  public static Ipv4Address decode(WireReader in) {
    int host = 0;
    for (int i = 0; i < 4; i++) {
      host = host << 8 | in.uint8();
    }
    return new Ipv4Address(host, (int) in.fixedUint(2));
  }

  /** Writes this address. */
  public void encode(WireWriter out) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.fixedUint(host >>> shift & 0xff, 1);
    }
    out.fixedUint(port, 2);
  }

  /** Returns the address with another port. */
  public Ipv4Address withPort(int port) {
    return new Ipv4Address(host, port);
  }

  /** Returns the host in dotted decimal notation. */
  public String hostText() {
    return (host >>> 24)
        + "."
        + (host >>> 16 & 0xff)
        + "."
        + (host >>> 8 & 0xff)
        + "."
        + (host & 0xff);
  }

  @Override
  public String toString() {
    return hostText() + ":" + port;
  }
}
