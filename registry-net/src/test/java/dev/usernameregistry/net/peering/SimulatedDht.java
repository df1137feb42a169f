package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import java.util.ArrayList;
import java.util.List;

/** A DHT of public nodes in a simulated internet, to which a test adds peers. */
final class SimulatedDht {
  static final int NODES = 6;

  private static final int PORT = 49737;

  /** After so long every node has looked for others again, and knows all. */
  private static final long REFRESH_NANOS = 400 * SimulatedInternet.SECOND_NANOS;

  final SimulatedInternet internet;
  final List<SimulatedMachine> nodes = new ArrayList<>();
  private final Ipv4Address bootstrap = Ipv4Address.of("8.0.0.1", PORT);

  SimulatedDht(long seed) {
    this(seed, NODES);
  }

  SimulatedDht(long seed, int count) {
    internet = new SimulatedInternet(seed);
    nodes.add(internet.add(bootstrap, null, DhtOptions.bootstrapper(bootstrap)));
    for (int i = 2; i <= count; i++) {
      nodes.add(internet.add(Ipv4Address.of("8.0.0." + i, PORT), null, persistent()));
    }
    internet.runUntil(
        () -> nodes.stream().noneMatch(machine -> machine.node.isEphemeral()),
        60,
        "nodes are persistent");
    internet.run(REFRESH_NANOS);
    nodes.forEach(
        machine -> assertThat(machine.node.statistics().tableSize()).isEqualTo(count - 1));
    internet.sent.clear();
  }

  private DhtOptions persistent() {
    return options(false).persistence(DhtOptions.Persistence.ALWAYS);
  }

  private DhtOptions options(boolean firewalled) {
    return DhtOptions.joining(List.of(bootstrap)).firewalled(firewalled);
  }

  /** A peer whose server port is open, and that knows it. */
  SimulatedPeer reachable(String name, String host) {
    return peer(name, internet.add(Ipv4Address.of(host, PORT), null, options(false)));
  }

  /** A peer that does not know whether it can be reached, but can. */
  SimulatedPeer unsure(String name, String host) {
    return peer(name, internet.add(Ipv4Address.of(host, PORT), null, options(true)));
  }

  /** A peer behind a NAT. */
  SimulatedPeer behind(SimulatedLan lan, String name, String host) {
    return peer(name, internet.add(Ipv4Address.of(host, PORT), lan, options(true)));
  }

  /** A peer behind a NAT of its own, in which each socket has one port for all others. */
  SimulatedPeer behindNat(String name, String publicHost) {
    return behind(new SimulatedLan(publicHost, Mapping.CONSISTENT, 3), name, "192.168.1.2");
  }

  private SimulatedPeer peer(String name, SimulatedMachine machine) {
    internet.runUntil(machine.node::isBootstrapped, 60, name + " is bootstrapped");
    return new SimulatedPeer(name, internet, machine);
  }

  /** Has a peer listen, and runs until others find it. */
  void listen(SimulatedPeer peer) {
    peer.listen();
    runUntilListening(peer);
  }

  void runUntilListening(SimulatedPeer peer) {
    internet.runUntil(
        () -> !peer.listening().relayAddresses().isEmpty(), 60, peer.name + " is announced");
  }

  /** Runs until both have one connection to each other, over which greetings come and go. */
  void runUntilConnected(SimulatedPeer client, SimulatedPeer server) {
    internet.runUntil(
        () ->
            !client.failures.isEmpty()
                || (!client.connected.isEmpty()
                    && !server.accepted.isEmpty()
                    && client.isJoined(client.connected.get(0), server, server.accepted.get(0))),
        120,
        client.name + " is connected to " + server.name);
    assertThat(client.failures).isEmpty();
    Peered ours = client.connected.get(0);
    Peered theirs = server.accepted.get(0);
    assertThat(ours.keys().handshakeHash()).isEqualTo(theirs.keys().handshakeHash());
    assertThat(ours.keys().tx()).isEqualTo(theirs.keys().rx());
    assertThat(ours.keys().rx()).isEqualTo(theirs.keys().tx());
    assertThat(ours.keys().remotePublicKey()).isEqualTo(server.key());
    assertThat(theirs.keys().remotePublicKey()).isEqualTo(client.key());
  }

  /** Everything that a handshake takes is given back within half a minute. */
  void assertNothingLeft(SimulatedPeer... peers) {
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    for (SimulatedPeer peer : peers) {
      assertThat(peer.machine.peering.statistics())
          .as(peer.name)
          .isEqualTo(new Peering.Statistics(0, 0, 0, 0));
      assertThat(peer.machine.streams.unconnected()).as(peer.name).isZero();
      assertThat(peer.accepted.size() + peer.connected.size()).as(peer.name).isLessThan(2);
      assertThat(peer.machine.ports).as(peer.name).hasSize(2);
    }
  }
}
