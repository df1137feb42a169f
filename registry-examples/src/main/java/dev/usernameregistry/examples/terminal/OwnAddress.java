package dev.usernameregistry.examples.terminal;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The address of this machine that an option names. */
public final class OwnAddress {
  private OwnAddress() {}

  /**
   * Returns the address of {@code host}. Waits for the name service.
   *
   * @throws IOException if the host is not known, or not this machine
   * @throws IllegalArgumentException if it is not one IPv4 address
   */
  public static InetAddress named(String host) throws IOException {
    InetAddress address = ipv4(host);
    if (address.isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          host + " stands for all addresses; name the one by which others reach this machine");
    }
    if (!address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) == null) {
      throw new IOException(host + " is not an address of this machine; it has " + all());
    }
    return address;
  }

  private static InetAddress ipv4(String host) throws IOException {
    if (host.isBlank()) {
      throw new IllegalArgumentException("the host is blank; an IPv4 address is needed");
    }
    try {
      return Arrays.stream(InetAddress.getAllByName(host))
          .filter(Inet4Address.class::isInstance)
          .findFirst()
          .orElseThrow(() -> notIpv4(host));
    } catch (UnknownHostException e) {
      throw new IOException("the host is not known; an IPv4 address needs no name service", e);
    }
  }

  private static IllegalArgumentException notIpv4(String host) {
    return new IllegalArgumentException(host + " is not an IPv4 address, and the DHT is IPv4 only");
  }

  private static String all() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .map(InetAddress::getHostAddress)
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
