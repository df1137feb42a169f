package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.swarm.SwarmStatistics;
import java.net.InetSocketAddress;

/** Collects what a {@link SwarmStatus} tells. Loop only. */
final class StatusReport {
  private StatusReport() {}

  static SwarmStatus of(SwarmPeer peer, SwarmPeer.Places places, boolean suspended) {
    DhtNode dht = peer.node().dht();
    SwarmStatistics counts = peer.policy().statistics();
    return new SwarmStatus(
        peer.publicKey(),
        new InetSocketAddress(places.host(), places.server()),
        dht.natAddress().filter(address -> address.port() != 0).map(StatusReport::address),
        dht.isBootstrapped(),
        dht.statistics().tableSize(),
        reachability(dht),
        suspended,
        peer.topics(),
        counts.connections().outgoing() + (long) counts.connections().incoming(),
        counts.connections().dialling(),
        peer.node().sentCount(),
        peer.node().receivedCount());
  }

  private static Reachability reachability(DhtNode dht) {
    if (!dht.isFirewalled()) {
      return Reachability.OPEN;
    }
    return dht.natAddress()
        .map(seen -> seen.port() == 0 ? Reachability.RANDOM : Reachability.CONSISTENT)
        .orElse(Reachability.UNKNOWN);
  }

  private static InetSocketAddress address(Ipv4Address address) {
    return new InetSocketAddress(address.hostText(), address.port());
  }
}
