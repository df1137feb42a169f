package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.swarm.SwarmStatistics;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Collects what a {@link SwarmStatus} tells. Loop only. */
final class StatusReport {
  private StatusReport() {}

  static SwarmStatus of(SwarmPeer peer, SwarmPeer.Places places, boolean suspended, long nowNanos) {
    DhtNode dht = peer.node().dht();
    SwarmStatistics.Connections counts = peer.policy().statistics().connections();
    long connections = counts.outgoing() + (long) counts.incoming();
    List<TopicStatus> topics = peer.topics();
    return new SwarmStatus(
        peer.publicKey(),
        new InetSocketAddress(places.host(), places.server()),
        dht.natAddress().filter(address -> address.port() != 0).map(StatusReport::address),
        dht.isBootstrapped(),
        dht.statistics().tableSize(),
        reachability(dht),
        suspended,
        suspended
            ? Optional.empty()
            : trouble(peer, topics, connections + counts.dialling(), nowNanos),
        topics,
        connections,
        counts.dialling(),
        peer.node().sentCount(),
        peer.node().receivedCount());
  }

  /**
   * @param others how many are connected or being dialled
   */
  private static Optional<Trouble> trouble(
      SwarmPeer peer, List<TopicStatus> topics, long others, long nowNanos) {
    DhtNode dht = peer.node().dht();
    if (peer.lacksEntry()) {
      return Optional.of(Trouble.NO_ADDRESS);
    }
    boolean deserted =
        dht.isBootstrapped() && (dht.statistics().tableSize() == 0 || !dht.isOnline());
    if (deserted || peer.isUnanswered(nowNanos)) {
      return Optional.of(Trouble.NO_ANSWER);
    }
    if (peer.policy().isFull()) {
      return Optional.of(Trouble.FULL);
    }
    if (others > 0 || topics.isEmpty() || !topics.stream().allMatch(TopicStatus::refreshed)) {
      return Optional.empty();
    }
    boolean found = topics.stream().anyMatch(topic -> topic.peersFound() > 0);
    return Optional.of(found ? Trouble.NOBODY_REACHED : Trouble.NOBODY_FOUND);
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
