package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.swarm.SwarmStatistics;
import dev.usernameregistry.net.swarm.TopicSession;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Collects what a {@link SwarmStatus} tells. Loop only. */
final class StatusReport {
  private StatusReport() {}

  static SwarmStatus of(
      SwarmPeer peer,
      SwarmPeer.Places places,
      Map<Topic, TopicSession> sessions,
      boolean suspended) {
    DhtNode dht = peer.node().dht();
    SwarmStatistics counts = peer.policy().statistics();
    List<TopicStatus> topics =
        sessions.entrySet().stream().map(each -> topic(each.getKey(), each.getValue())).toList();
    return new SwarmStatus(
        peer.publicKey(),
        new InetSocketAddress(places.host(), places.server()),
        dht.natAddress().filter(address -> address.port() != 0).map(StatusReport::address),
        dht.isBootstrapped(),
        dht.statistics().tableSize(),
        reachability(dht),
        suspended,
        topics,
        counts.connections().outgoing() + (long) counts.connections().incoming(),
        counts.connections().dialling(),
        peer.node().sentCount(),
        peer.node().receivedCount());
  }

  private static TopicStatus topic(Topic topic, TopicSession session) {
    return new TopicStatus(
        topic, session.isAnnounced(), session.isRefreshed(), session.foundCount());
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
