package dev.usernameregistry.net;

import dev.usernameregistry.crypto.Key;
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

  /** The nodes through which everybody enters the public DHT. */
  static final List<InetSocketAddress> PUBLIC_NODES =
      List.of(
          InetSocketAddress.createUnresolved("node1.hyperdht.org", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("node2.hyperdht.org", PORT_DEFAULT),
          InetSocketAddress.createUnresolved("node3.hyperdht.org", PORT_DEFAULT));
}
