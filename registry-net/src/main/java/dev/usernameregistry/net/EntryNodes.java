package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up the names of the nodes through which a DHT is entered. Waits for the name service. */
final class EntryNodes {
  private static final Logger LOG = LoggerFactory.getLogger(EntryNodes.class);

  private EntryNodes() {}

  /** Returns the addresses of those whose name is known and has an IPv4 address. */
  static List<Ipv4Address> resolve(List<InetSocketAddress> nodes) {
    List<Ipv4Address> found = new ArrayList<>();
    for (InetSocketAddress node : nodes) {
      address(node).ifPresent(found::add);
    }
    return found;
  }

  /** Returns whether all nodes are on loopback, as far as that can be told without looking up. */
  static boolean areOnLoopback(List<InetSocketAddress> nodes) {
    return !nodes.isEmpty()
        && nodes.stream()
            .map(InetSocketAddress::getHostString)
            .allMatch(host -> host.equals("localhost") || host.matches("127(\\.[0-9]+){3}"));
  }

  private static Optional<Ipv4Address> address(InetSocketAddress node) {
    try {
      for (InetAddress address : InetAddress.getAllByName(node.getHostString())) {
        if (address instanceof Inet4Address) {
          return Optional.of(Ipv4Address.of(address.getHostAddress(), node.getPort()));
        }
      }
      LOG.info("{} has no IPv4 address", node.getHostString());
    } catch (UnknownHostException e) {
      LOG.info("the name of the node {} is not known", node.getHostString());
    }
    return Optional.empty();
  }
}
