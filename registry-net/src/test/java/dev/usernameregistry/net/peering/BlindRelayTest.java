package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import dev.usernameregistry.net.peering.message.PairMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that meet at a blind relay, and leave it again when there is a direct way. */
class BlindRelayTest extends BlindRelayScene {
  /** As blind-relay 1.6.1 writes them. */
  @Test
  void messagesAreTheReferences() {
    byte[] token = new byte[Key.BYTES];
    Arrays.fill(token, (byte) 7);
    String sevens = "07".repeat(Key.BYTES);
    PairMessage initiator = new PairMessage(true, Key.of(token), 5);
    PairMessage other = new PairMessage(false, Key.of(token), 0xfedcba98);
    assertThat(hex(initiator.encode())).isEqualTo("01" + sevens + "0500");
    assertThat(hex(other.encode())).isEqualTo("00" + sevens + "fe98badcfe00");
    assertThat(PairMessage.decode(initiator.encode())).isEqualTo(initiator);
    assertThat(PairMessage.decode(other.encode())).isEqualTo(other);
    assertThatThrownBy(() -> PairMessage.decode(token))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void relayOfTheServerJoinsPeersThatCannotBePunchedTogether() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    meet(client, server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isTrue();
    assertThat(server.accepted.get(0).relayed()).isTrue();
    internet.run(120 * SimulatedInternet.SECOND_NANOS);
    assertThat(client.stream(client.connected.get(0)).remotes).containsExactly(relay.address);
    assertThat(connection(client).closed).as("the stream runs through the relay").isFalse();
    assertThat(connection(server).closed).as("the stream runs through the relay").isFalse();
    assertThat(client.machine.peering.statistics().dials()).isZero();
    assertEndsWithItsStream(client, client.connected.get(0));
    assertEndsWithItsStream(server, server.accepted.get(0));
  }

  @Test
  void dialHasEndedOnceTheRelayIsMetAndNothingElseIsLeftToTry() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    awaitBothAtTheRelay(client, server);
    internet.runUntil(() -> client.machine.ports.size() == 3, 5, "a punch begins");
    internet.runUntil(() -> client.machine.ports.size() == 2, 12, "the punch has failed");
    assertThat(client.machine.peering.statistics().dials()).isEqualTo(1);
    meet(client, server);
    assertThat(client.connected).hasSize(1);
    assertThat(client.machine.peering.statistics().dials()).isZero();
  }

  @Test
  void relayOfTheClientJoinsPeersToo() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, ListenOptions.DEFAULT);
    client.dial(server.key(), List.of(), THROUGH_RELAY);
    meet(client, server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isTrue();
  }

  @Test
  void serversRelayIsTakenIfBothProposeOne() {
    Key other = KeyPair.fromSeed(Arrays.copyOf(new byte[] {1}, 32)).publicKey();
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, PROPOSING);
    client.dial(server.key(), List.of(), DialOptions.DEFAULT.relayThrough(other));
    meet(client, server);
    dht.runUntilConnected(client, server);
    assertThat(client.machine.relays.connections).hasSize(1);
    assertThat(client.machine.relays.connections.get(0).relay).isEqualTo(RELAY_KEY);
  }

  /** As behind a gateway that is found to be a bad one only after a while. */
  @Test
  void whetherToProposeIsDecidedForEachHandshake() {
    List<Optional<Key>> choices =
        new ArrayList<>(List.of(Optional.empty(), Optional.of(RELAY_KEY)));
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, ListenOptions.DEFAULT.relayThrough(() -> choices.remove(0)));
    assertThat(choices).as("asked before there is a handshake").hasSize(2);
    client.dial(server);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "the first dial fails");
    assertThat(server.machine.relays.connections).isEmpty();
    client.failures.clear();
    client.dial(server);
    meet(client, server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isTrue();
    assertThat(choices).as("asked once for each handshake").isEmpty();
  }

  @Test
  void noRelayIsProposedToAPeerThatCanBeReached() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = dht.reachable("client", "9.0.0.2");
    listen(server, PROPOSING);
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isFalse();
    assertThat(client.machine.relays.connections).isEmpty();
    assertThat(server.machine.relays.connections).isEmpty();
  }

  @Test
  void punchedStreamLeavesTheRelay() {
    SimulatedPeer server = listening(Mapping.CONSISTENT, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.CONSISTENT);
    meet(client, server);
    assertThat(client.connected).hasSize(1);
    assertThat(server.accepted).hasSize(1);
    internet.runUntil(
        () ->
            client.stream(client.connected.get(0)).remotes.size() == 2
                && server.stream(server.accepted.get(0)).remotes.size() == 2,
        60,
        "both streams have moved");
    dht.runUntilConnected(client, server);
    assertThat(client.connected).hasSize(1);
    assertThat(server.accepted).hasSize(1);
    assertThat(connection(client).closed).isFalse();
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertThat(connection(client).closed).isTrue();
    assertThat(connection(server).closed).isTrue();
    assertThat(client.stream(client.connected.get(0)).destroyed).isFalse();
    assertEndsWithItsStream(client, client.connected.get(0));
    assertEndsWithItsStream(server, server.accepted.get(0));
  }

  /** Else the peer, which may still send through the relay, would lose its stream. */
  @ParameterizedTest(name = "by the server: {0}")
  @ValueSource(booleans = {true, false})
  void relayIsKeptAsLongAsSomethingComesOverIt(boolean byServer) {
    SimulatedPeer server = listening(Mapping.CONSISTENT, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.CONSISTENT);
    meet(client, server);
    SimulatedPeer keeper = byServer ? server : client;
    FakeStreams.Stream stream =
        keeper.stream((byServer ? server.accepted : client.connected).get(0));
    internet.runUntil(() -> stream.remotes.size() == 2, 60, "the stream has moved");
    internet.run(10 * SimulatedInternet.SECOND_NANOS);

    int socket = keeper.machine.node.requestSocket();
    assertThat(stream.hook.from(socket, relay.address, internet.nowNanos)).isTrue();

    internet.run(HeldStreams.RELAY_SILENCE_NANOS - SimulatedInternet.SECOND_NANOS);
    assertThat(connection(keeper).closed).isFalse();
    internet.run(2 * SimulatedInternet.SECOND_NANOS);
    assertThat(connection(keeper).closed).isTrue();
    assertThat(stream.remotes).as("it does not go back").hasSize(2);
  }

  /** What comes over the relay is then not noticed, so nobody knows when it has become silent. */
  @Test
  void relayIsKeptIfTheDirectWayLeavesFromTheSameSocket() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    meet(client, server);
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    Peered peered = client.connected.get(0);
    int socket = client.machine.node.requestSocket();
    Ipv4Address direct = Ipv4Address.of("9.0.0.1", 5);
    Ipv4Address nowhere = Ipv4Address.of("9.0.0.1", 0);

    assertThat(client.stream(peered).hook.from(socket, nowhere, internet.nowNanos)).isFalse();
    assertThat(client.stream(peered).hook.from(socket, direct, internet.nowNanos)).isTrue();
    assertThat(client.stream(peered).remotes).containsExactly(relay.address, direct);
    assertThat(client.connected).as("told once").hasSize(1);
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertThat(connection(client).closed).isFalse();
    assertEndsWithItsStream(client, peered);
  }

  @Test
  void relayThatAnswersAgainChangesNothing() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    meet(client, server);
    for (SimulatedPeer peer : List.of(client, server)) {
      FakeRelays.Open open = connection(peer);
      PairMessage request = PairMessage.decode(open.sent.get(0));
      PairMessage again = new PairMessage(request.initiator(), request.token(), 7);
      open.listener.received(PairMessage.TYPE, again.encode(), internet.nowNanos);
      assertThat(open.closed).isFalse();
    }
    dht.runUntilConnected(client, server);
    assertThat(client.connected).hasSize(1);
    assertThat(server.accepted).hasSize(1);
  }

  /**
   * The relay's answer to the peer may overtake that to us, and then so does what the peer sends.
   */
  @ParameterizedTest(name = "to the server: {0}")
  @ValueSource(booleans = {true, false})
  void packetThatOvertakesTheRelaysAnswerIsNotTakenForADirectWay(boolean toServer) {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    awaitBothAtTheRelay(client, server);
    SimulatedPeer late = toServer ? server : client;
    FakeRelays.Open open = connection(late);
    int socket = late.machine.node.requestSocket();
    open.listener.opened(socket, relay.address, internet.nowNanos);
    PairMessage request = PairMessage.decode(open.sent.get(0));
    FakeStreams.Stream stream = late.machine.streams.get(request.streamId());

    assertThat(stream.hook.from(socket, relay.address, internet.nowNanos)).isTrue();
    assertThat(stream.isConnected()).isFalse();
    PairMessage answer = new PairMessage(request.initiator(), request.token(), 1000);
    open.listener.received(PairMessage.TYPE, answer.encode(), internet.nowNanos);

    assertThat(stream.remoteId).isEqualTo(1000);
    assertThat(stream.remotes).containsExactly(relay.address);
    assertThat(toServer ? server.accepted : client.connected)
        .singleElement()
        .matches(Peered::relayed);
  }

  @Test
  void silentRelayIsGivenUp() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    long start = internet.nowNanos;
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(internet.nowNanos - start).isBetween(RelayPath.PATIENCE_NANOS, 30_000_000_000L);
    internet.run(30 * SimulatedInternet.SECOND_NANOS);
    assertThat(connection(client).closed).isTrue();
    assertThat(connection(server).closed).isTrue();
    assertNothingLeft(client, server);
  }

  @Test
  void relayThatCannotBeReachedDoesNotEndAPunch() {
    SimulatedPeer server = listening(Mapping.CONSISTENT, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.CONSISTENT);
    awaitAtTheRelay(client);
    connection(client).listener.closed(internet.nowNanos);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isFalse();
    internet.run(30 * SimulatedInternet.SECOND_NANOS);
    assertThat(connection(server).closed).isTrue();
  }

  @ParameterizedTest(name = "proposed by the server: {0}")
  @ValueSource(booleans = {true, false})
  void dialFailsIfTheRelayRefusesAndNothingElseHelps(boolean ofServer) {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, ofServer ? PROPOSING : ListenOptions.DEFAULT);
    client.dial(server.key(), List.of(), ofServer ? DialOptions.DEFAULT : THROUGH_RELAY);
    awaitBothAtTheRelay(client, server);
    for (SimulatedPeer peer : List.of(client, server)) {
      connection(peer).listener.opened(1, relay.address, internet.nowNanos);
      connection(peer).listener.closed(internet.nowNanos);
    }
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).hasSize(1);
    assertThat(client.connected).isEmpty();
    internet.run(30 * SimulatedInternet.SECOND_NANOS);
    assertThat(server.accepted).isEmpty();
    assertNothingLeft(client, server);
  }

  @Test
  void relayThatAnswersWrongIsNotUsed() {
    SimulatedPeer server = listening(Mapping.RANDOM, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.RANDOM);
    awaitAtTheRelay(client);
    FakeRelays.Open open = connection(client);
    open.listener.received(PairMessage.TYPE, new byte[40], internet.nowNanos);
    open.listener.opened(1, relay.address, internet.nowNanos);
    PairMessage request = PairMessage.decode(open.sent.get(0));
    for (PairMessage wrong :
        List.of(
            new PairMessage(!request.initiator(), request.token(), 1),
            new PairMessage(request.initiator(), RELAY_KEY, 1))) {
      open.listener.received(PairMessage.TYPE, wrong.encode(), internet.nowNanos);
      open.listener.received(7, wrong.encode(), internet.nowNanos);
    }
    PairMessage right = new PairMessage(request.initiator(), request.token(), 1);
    open.listener.received(7, right.encode(), internet.nowNanos);
    assertThat(client.connected).isEmpty();
    open.listener.received(PairMessage.TYPE, new byte[3], internet.nowNanos);
    assertThat(open.closed).isTrue();
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertNothingLeft(client);
  }

  @Test
  void streamThatEndsWhileItIsRelayedEndsThePunch() {
    SimulatedPeer server = listening(Mapping.CONSISTENT, PROPOSING);
    SimulatedPeer client = dialling(server, Mapping.CONSISTENT);
    meet(client, server);
    assertEndsWithItsStream(client, client.connected.get(0));
    assertEndsWithItsStream(server, server.accepted.get(0));
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertNothingLeft(client, server);
    FakeStreams.Stream ended = client.stream(client.connected.get(0));
    assertThat(ended.hook.from(1, Ipv4Address.of("9.0.0.1", 5), internet.nowNanos)).isFalse();
    assertThat(ended.remotes).containsExactly(relay.address);
  }

  private void assertEndsWithItsStream(SimulatedPeer peer, Peered peered) {
    peer.machine.peering.streamEnded(peered.streamId(), internet.nowNanos);
    peer.stream(peered).destroyed = true;
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(connection(peer).closed).isTrue();
    assertThat(peer.machine.ports).hasSize(2);
  }

  private static void assertNothingLeft(SimulatedPeer... peers) {
    for (SimulatedPeer peer : peers) {
      assertThat(peer.machine.peering.statistics()).isEqualTo(new Peering.Statistics(0, 0, 0, 0));
      assertThat(peer.machine.streams.unconnected()).isZero();
      assertThat(peer.machine.ports).hasSize(2);
    }
  }
}
