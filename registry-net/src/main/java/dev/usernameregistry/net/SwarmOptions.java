package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.sharing.SharingOptions;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What {@link Swarm} was told before it started; each value is explained there. */
record SwarmOptions(
    Map<Topic, Swarm.Role> topics,
    List<InetSocketAddress> bootstrap,
    Optional<String> host,
    int port,
    int peersMax,
    Predicate<Key> firewall,
    Optional<Key> relay,
    boolean localConnections) {

  /** Hyperswarm's port. */
  static final int PORT_DEFAULT = 49737;

  /** How many times more peers may dial this one than it dials. */
  private static final int INCOMING_FACTOR = 4;

  /** The nodes through which everybody enters the public DHT. */
  static final List<InetSocketAddress> PUBLIC_NODES =
      List.of(
          InetSocketAddress.createUnresolved("node1.hyperdht.org", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("node2.hyperdht.org", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("node3.hyperdht.org", PORT_DEFAULT));

  /** Where those nodes were when this was written, should their names not be known. */
  static final List<InetSocketAddress> PUBLIC_NODES_BY_ADDRESS =
      List.of(
          InetSocketAddress.createUnresolved("88.99.3.86", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("142.93.90.113", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("138.68.147.8", PORT_DEFAULT));

  /** Returns where to enter the DHT. Waits for the name service. */
  List<Ipv4Address> entryNodes() {
    if (!bootstrap.isEmpty()) {
      return EntryNodes.resolve(bootstrap);
    }
    List<Ipv4Address> named = EntryNodes.resolve(PUBLIC_NODES);
    return named.isEmpty() ? EntryNodes.resolve(PUBLIC_NODES_BY_ADDRESS) : named;
  }

  /**
   * Returns the address that sockets are bound to.
   *
   * @throws IOException if the host is not known or has no IPv4 address
   */
  InetSocketAddress bindTo(int port) throws IOException {
    String all = EntryNodes.areOnLoopback(bootstrap) ? "127.0.0.1" : "0.0.0.0";
    InetSocketAddress address = new InetSocketAddress(host.orElse(all), port);
    if (!(address.getAddress() instanceof Inet4Address)) {
      throw new IOException(
          "cannot bind to "
              + address.getHostString()
              + ": it is not known, or not an IPv4 address of this machine");
    }
    return address;
  }

  /**
   * Returns the relay that a peer is proposed, if one is: when nothing else has helped, and behind
   * a gateway that shows everyone another port, where punching rarely helps.
   *
   * @param seen where others see us, with port 0 if they do not agree on one
   * @param force whether nothing else has helped
   */
  Optional<Key> relay(Optional<Ipv4Address> seen, boolean force) {
    boolean behindRandomNat = seen.isPresent() && seen.get().port() == 0;
    return force || behindRandomNat ? relay : Optional.empty();
  }

  /** Returns the limits of the policy. */
  dev.usernameregistry.net.swarm.SwarmOptions policy() {
    return new dev.usernameregistry.net.swarm.SwarmOptions(
        peersMax,
        INCOMING_FACTOR * peersMax,
        dev.usernameregistry.net.swarm.SwarmOptions.DIALS_MAX);
  }

  /** Returns the limits of what is shared. */
  SharingOptions sharing() {
    SharingOptions usual = SharingOptions.DEFAULT;
    return new SharingOptions(
        usual.pendingMax(),
        (1 + INCOMING_FACTOR) * peersMax,
        usual.unfinishedBytesMax(),
        usual.stream());
  }
}
