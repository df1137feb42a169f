package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Peers that listen and dial in a simulated internet, every way that there is. */
class PeeringTest {
  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedInternet internet = dht.internet;

  @Test
  void peerThatAnybodyReachesIsConnectedThroughARelay() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).remote()).isEqualTo(server.machine.address);
    dht.assertNothingLeft(client, server);
  }

  @Test
  void peerThatIsConnectedIsNotKnockedAtAnyMore() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    int[] knocks = {0};
    internet.drops =
        packet -> {
          byte[] bytes = packet.bytes();
          knocks[0] += bytes[0] == (byte) 0xff && bytes.length == FakeStreams.KNOCK_BYTES ? 1 : 0;
          return false;
        };
    client.dial(server);
    dht.runUntilConnected(client, server);
    internet.run(10 * SimulatedInternet.SECOND_NANOS);
    assertThat(knocks[0]).isEqualTo(1);
  }

  @Test
  void peerThatIsAskedItselfIsConnectedDirectly() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.1");
    dht.listen(server);
    assertThat(server.listening().relayAddresses()).hasSize(3).contains(server.machine.address);
    client.dial(server.key(), server.listening().relayAddresses(), DialOptions.DEFAULT);
    dht.runUntilConnected(client, server);
    assertThat(client.stream(client.connected.get(0)).socket).isEqualTo(DhtNode.CLIENT_SOCKET);
    dht.assertNothingLeft(client, server);
  }

  @Test
  void peerBehindANatComesToAClientThatAnybodyReaches() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(server.accepted.get(0).remote()).isEqualTo(client.machine.address);
    dht.assertNothingLeft(client, server);
  }

  @Test
  void peersInOneNetworkMeetThere() {
    SimulatedLan lan = lan("9.0.0.1");
    SimulatedPeer server = dht.behind(lan, "server", "192.168.1.2");
    SimulatedPeer client = dht.behind(lan, "client", "192.168.1.3");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).remote()).isEqualTo(server.machine.address);
    assertThat(client.stream(client.connected.get(0)).socket).isEqualTo(DhtNode.SERVER_SOCKET);
    assertThat(client.machine.ports).as("no socket was opened for a punch").hasSize(2);
    assertThat(server.machine.ports).as("no socket was opened for a punch").hasSize(2);
    dht.assertNothingLeft(client, server);
  }

  @Test
  void peersBehindConsistentNatsPunch() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).remote().host()).isEqualTo(server.publicHost());
    assertPunchedSocketIsClosedWithItsStream(client, client.connected.get(0));
    assertPunchedSocketIsClosedWithItsStream(server, server.accepted.get(0));
    dht.assertNothingLeft(client, server);
  }

  @Test
  void clientBehindARandomNatPunches() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedLan random = new SimulatedLan("9.0.0.2", Mapping.RANDOM, 5);
    SimulatedPeer client = dht.behind(random, "client", "192.168.1.2");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertPunchedSocketIsClosedWithItsStream(client, client.connected.get(0));
    assertPunchedSocketIsClosedWithItsStream(server, server.accepted.get(0));
    dht.assertNothingLeft(client, server);
  }

  @Test
  void serverBehindARandomNatPunches() {
    SimulatedLan random = new SimulatedLan("9.0.0.1", Mapping.RANDOM, 5);
    SimulatedPeer server = dht.behind(random, "server", "192.168.1.2");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertPunchedSocketIsClosedWithItsStream(client, client.connected.get(0));
    assertPunchedSocketIsClosedWithItsStream(server, server.accepted.get(0));
    dht.assertNothingLeft(client, server);
  }

  @Test
  void twoRandomNatsCannotBePunched() {
    SimulatedPeer server =
        dht.behind(new SimulatedLan("9.0.0.1", Mapping.RANDOM, 5), "server", "192.168.1.2");
    SimulatedPeer client =
        dht.behind(new SimulatedLan("9.0.0.2", Mapping.RANDOM, 6), "client", "192.168.1.2");
    dht.listen(server);
    client.dial(server);
    internet.runUntil(() -> !client.failures.isEmpty(), 120, "a failure");
    assertThat(client.failures.get(0).relayHelps()).isTrue();
    assertThat(server.accepted).isEmpty();
    dht.assertNothingLeft(client, server);
  }

  @Test
  void keyThatNobodyAnnouncedIsNotFound() {
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    SimulatedPeer nobody = new SimulatedPeer("nobody", internet, client.machine);
    client.dial(nobody);
    assertFails(client, DialFailure.PEER_NOT_FOUND);
  }

  @Test
  void bytesThatAreNoKeyFailLater() {
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    byte[] noPoint = new byte[Key.BYTES];
    Arrays.fill(noPoint, (byte) 0xff);
    client.dial(Key.of(noPoint), List.of(), DialOptions.DEFAULT);
    assertThat(client.failures).isEmpty();
    assertFails(client, DialFailure.HANDSHAKE_INVALID);
  }

  @Test
  void refusedPeerGetsNoAnswer() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    server.listen(
        ListenOptions.DEFAULT.firewall((peer, payload, address) -> peer.equals(client.key())));
    dht.runUntilListening(server);
    client.dial(server);
    assertFails(client, DialFailure.PEER_CONNECTION_FAILED);
    assertThat(server.machine.streams.streams).isEmpty();
  }

  @Test
  void stoppedListeningIsNotFoundAnyMore() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    boolean[] gone = {false};
    server.listening().stop(now -> gone[0] = true, internet.nowNanos);
    internet.runUntil(() -> gone[0], 30, "announcements are taken away");
    client.dial(server);
    assertFails(client, DialFailure.PEER_NOT_FOUND);
    dht.listen(server);
    client.failures.clear();
    client.dial(server);
    dht.runUntilConnected(client, server);
  }

  @Test
  void listenerIsToldWhenItsKeyWasAnnounced() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    List<Integer> told = new ArrayList<>();
    server.listen();
    server.listening().whenAnnounced(now -> told.add(1), internet.nowNanos);
    server.listening().stop(now -> {}, internet.nowNanos);
    assertThat(told).as("told at a stop").hasSize(1);
    server.listen();
    server.listening().whenAnnounced(now -> told.add(2), internet.nowNanos);
    internet.runUntil(() -> told.size() == 2, 30, "told when announced");
    assertThat(server.listening().relayAddresses()).hasSize(3);
    server.listening().whenAnnounced(now -> told.add(3), internet.nowNanos);
    assertThat(told).as("told at once").containsExactly(1, 2, 3);
  }

  @Test
  void keyThatIsListenedForAgainAtOnceStaysAnnounced() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    boolean[] gone = {false};
    server.listening().stop(now -> gone[0] = true, internet.nowNanos);
    server.listen();
    assertThat(gone[0]).isTrue();
    dht.runUntilListening(server);
    internet.run(10 * SimulatedInternet.SECOND_NANOS);
    client.dial(server);
    dht.runUntilConnected(client, server);
  }

  /**
   * Two nodes are too few to find out about a NAT, so the punch fails at once; and for three
   * seconds the server does not hear the client in their own network.
   */
  @Test
  void failedPunchDoesNotEndAStreamThatTheOwnNetworkStillReaches() {
    SimulatedDht small = new SimulatedDht(1, 2);
    SimulatedInternet air = small.internet;
    SimulatedLan lan = lan("9.0.0.1");
    SimulatedPeer server = small.behind(lan, "server", "192.168.1.2");
    SimulatedPeer client = small.behind(lan, "client", "192.168.1.3");
    small.listen(server);
    long start = air.nowNanos;
    air.drops =
        packet ->
            air.nowNanos - start < 2_900_000_000L && packet.to().equals(server.machine.address);
    client.dial(server);
    air.run(400_000_000L);
    assertThat(client.machine.ports).as("no punch begins at once").hasSize(2);
    air.run(300_000_000L);
    assertThat(client.machine.ports).as("a punch begins beside").hasSize(3);
    air.run(2_000_000_000L);
    assertThat(client.machine.ports).as("the punch has failed").hasSize(2);
    small.runUntilConnected(client, server);
    assertThat(air.nowNanos - start).isBetween(2_900_000_000L, 5_000_000_000L);
    assertThat(client.connected.get(0).remote()).isEqualTo(server.machine.address);
  }

  @Test
  void cancelledDialIsNotHeardOfAgain() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    for (int millis = 0; millis < 500; millis += 7) {
      List<Object> heard = new ArrayList<>();
      DialListener listener =
          new DialListener() {
            @Override
            public void connected(Peered peered, long nowNanos) {
              heard.add(peered);
              client.machine.peering.streamEnded(peered.streamId(), nowNanos);
            }

            @Override
            public void failed(DialFailure failure, long nowNanos) {
              heard.add(failure);
            }
          };
      Dial dial =
          client.machine.peering.dial(
              client.keyPair,
              server.key(),
              List.of(),
              DialOptions.DEFAULT,
              listener,
              internet.nowNanos);
      internet.run(millis * 1_000_000L);
      int heardCount = heard.size();
      dial.cancel(internet.nowNanos);
      internet.run(SimulatedInternet.SECOND_NANOS);
      assertThat(heard).hasSize(heardCount);
    }
    assertThat(client.machine.streams.unconnected()).isZero();
    assertThat(client.machine.ports).hasSize(2);
    server.accepted.forEach(
        peered -> server.machine.peering.streamEnded(peered.streamId(), internet.nowNanos));
    server.accepted.clear();
    dht.assertNothingLeft(client, server);
  }

  @Test
  void cancelledDialDoesNotPunchAnyMore() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    client.dial(server);
    internet.runUntil(() -> client.machine.ports.size() == 3, 5, "a socket for the punch");
    client.dial().cancel(internet.nowNanos);
    internet.run(1_000_000L);
    assertThat(client.machine.ports).as("the socket is closed at once").hasSize(2);
    internet.sent.clear();

    internet.runUntil(() -> server.machine.ports.size() == 3, 5, "the server begins to punch");
    internet.runUntil(() -> server.machine.ports.size() == 2, 60, "the server gives up");
    assertThat(internet.sent).anyMatch(between(server, client)).noneMatch(between(client, server));
    assertThat(client.connected).isEmpty();
    assertThat(client.failures).isEmpty();
    dht.assertNothingLeft(client, server);
  }

  private static Predicate<SimulatedInternet.Packet> between(SimulatedPeer from, SimulatedPeer to) {
    return packet ->
        packet.from().host() == from.publicHost() && packet.to().host() == to.publicHost();
  }

  /** Only a socket that was opened for a punch ends with the stream. */
  @Test
  void socketsOfTheNodeStayOpenWhenAStreamOverThemEnds() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    client.dial(server);
    internet.runUntil(() -> server.machine.ports.size() == 3, 5, "a socket for the punch");
    FakeStreams.Stream stream = server.machine.streams.streams.values().iterator().next();
    int socket = server.machine.node.requestSocket();
    stream.hook.from(socket, Ipv4Address.of("9.0.0.2", 5), internet.nowNanos);
    assertThat(server.accepted).hasSize(1);
    internet.run(1_000_000L);
    assertThat(server.machine.ports).as("the punch has ended").hasSize(2);

    server.machine.peering.streamEnded(server.accepted.get(0).streamId(), internet.nowNanos);
    internet.run(1_000_000L);
    assertThat(server.machine.ports).hasSize(2).containsKey(socket);
  }

  private SimulatedLan lan(String publicHost) {
    return new SimulatedLan(publicHost, Mapping.CONSISTENT, 3);
  }

  private void assertFails(SimulatedPeer client, DialFailure failure) {
    internet.runUntil(() -> !client.failures.isEmpty(), 120, "a failure");
    assertThat(client.failures).containsExactly(failure);
    assertThat(client.connected).isEmpty();
    assertThat(client.machine.streams.unconnected()).isZero();
  }

  private void assertPunchedSocketIsClosedWithItsStream(SimulatedPeer peer, Peered peered) {
    int socket = peer.stream(peered).socket;
    assertThat(socket).isGreaterThan(DhtNode.CLIENT_SOCKET);
    internet.run(2 * SimulatedInternet.SECOND_NANOS);
    assertThat(peer.machine.ports).containsKey(socket).hasSize(3);
    peer.machine.peering.streamEnded(peered.streamId(), internet.nowNanos);
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(peer.machine.ports).hasSize(2);
  }
}
