package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

/** The IPv4 hosts under which a socket of this machine is reached inside its own networks. */
final class LocalHosts {
  private static final int LOOPBACK = Ipv4Address.of("127.0.0.1", 0).host();

  private LocalHosts() {}

  /**
   * Returns the host that a socket is bound to; if it is bound to all, one of each interface that
   * is up and leads out, or loopback if there is none.
   */
  static List<Integer> of(InetAddress bound) throws IOException {
    if (!bound.isAnyLocalAddress()) {
      return List.of(host(bound));
    }
    List<Integer> hosts = new ArrayList<>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      if (each.isUp() && !each.isLoopback()) {
        each.inetAddresses()
            .filter(Inet4Address.class::isInstance)
            .findFirst()
            .ifPresent(address -> hosts.add(host(address)));
      }
    }
    return hosts.isEmpty() ? List.of(LOOPBACK) : hosts;
  }

  /** Returns an IPv4 address as machines name it. */
  static int host(InetAddress address) {
    return Ipv4Address.of(address.getHostAddress(), 0).host();
  }
}
