package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.PairMessage;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that meet at a blind relay, and leave it again when there is a direct way. */
class BlindRelayTest {
  private static final Key RELAY_KEY = KeyPair.fromSeed(new byte[32]).publicKey();
  private static final DialOptions THROUGH_RELAY = DialOptions.DEFAULT.relayThrough(RELAY_KEY);
  private static final ListenOptions PROPOSING =
      ListenOptions.DEFAULT.relayThrough(() -> Optional.of(RELAY_KEY));
  private static final RelayThrough ANY_RELAY = new RelayThrough(RELAY_KEY, RELAY_KEY);

  private final SimulatedDht dht = new SimulatedDht(4);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedBlindRelay relay = new SimulatedBlindRelay(internet);

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
    assertThat(hex(PairMessage.unpair(Key.of(token)))).isEqualTo("00" + sevens);
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
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, PROPOSING);
    client.dial(server);
    meet(client, server);
    dht.runUntilConnected(client, server);
    assertThat(client.connected.get(0).relayed()).isTrue();
    assertThat(server.accepted.get(0).relayed()).isTrue();
    internet.run(120 * SimulatedInternet.SECOND_NANOS);
    assertThat(client.stream(client.connected.get(0)).remotes).containsExactly(relay.address);
    assertEndsWithItsStream(client, client.connected.get(0));
    assertEndsWithItsStream(server, server.accepted.get(0));
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

  /** Each dial is a lookup that lasts for seconds; nobody else's dials shall wait for that. */
  @Test
  void strangerDoesNotHaveUsDialAsManyRelaysAsHeLikes() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    listen(server, ListenOptions.DEFAULT);
    Ipv4Address at = server.listening().relayAddresses().get(0);
    List<FakeRelays.Open> dialled = server.machine.relays.connections;
    for (int i = 0; i < 40; i++) {
      hello(server, at, Ipv4Address.of("6.6.6.6", 1000 + i), ANY_RELAY);
      internet.run(50_000_000L);
    }
    assertThat(dialled).as("of one host").hasSizeBetween(2, Admission.RELAYS_MAX);
    for (int i = 0; i < 40; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + (i + 1), 1000), ANY_RELAY);
      internet.run(50_000_000L);
    }
    assertThat(dialled).as("of many hosts").hasSize(Admission.RELAYS_MAX);
    internet.run(RelayPath.PATIENCE_NANOS);
    assertThat(dialled).allMatch(open -> open.closed);
    hello(server, at, Ipv4Address.of("6.6.8.1", 1000), ANY_RELAY);
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(dialled).as("later").hasSize(Admission.RELAYS_MAX + 1);
  }

  /** Has {@code relay} bring the first message of a peer that never goes on. */
  private void hello(
      SimulatedPeer server, Ipv4Address relay, Ipv4Address from, @Nullable RelayThrough proposal) {
    SeededRandom random = new SeededRandom(from.hashCode());
    KeyPair key = Noise.newKeyPair(random);
    NoisePayload payload =
        new NoisePayload(
            1,
            0,
            NatKind.UNKNOWN,
            null,
            List.of(),
            new NoisePayload.Udx(false, 1),
            proposal,
            List.of());
    byte[] hello = new Noise.Client(key, Noise.newKeyPair(random), server.key(), payload).message();
    HandshakeMessage message = new HandshakeMessage(HandshakeMode.FROM_CLIENT, hello, null, null);
    Key target = PeerRecord.target(server.key());
    internet.inject(RawRequests.handshake(from, relay, 1, target, message));
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

  /** Each meeting is a dial and a stream of ours, even if the peer never comes. */
  @Test
  void strangersDoNotHaveUsDialOurOwnRelayAsOftenAsTheyLike() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    listen(server, PROPOSING);
    Ipv4Address at = server.listening().relayAddresses().get(0);
    List<FakeRelays.Open> dialled = server.machine.relays.connections;
    for (int i = 0; i < 40; i++) {
      hello(server, at, Ipv4Address.of("6.6.6.6", 1000 + i), null);
    }
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(dialled).as("for one host").hasSize(8);
    for (int i = 0; i < 400; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + (i % 200 + 1), 1000 + i), null);
      internet.run(25_000_000L);
    }
    assertThat(dialled.stream().filter(open -> !open.closed).count())
        .as("for many hosts")
        .isBetween(32L, (long) Admission.PROPOSALS_MAX);
  }

  @Test
  void punchedStreamLeavesTheRelay() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.CONSISTENT);
    listen(server, PROPOSING);
    client.dial(server);
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

  @Test
  void silentRelayIsGivenUp() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, PROPOSING);
    client.dial(server);
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
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.CONSISTENT);
    listen(server, PROPOSING);
    client.dial(server);
    internet.runUntil(
        () -> !client.machine.relays.connections.isEmpty(), 20, "the relay is asked for");
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
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, PROPOSING);
    client.dial(server);
    internet.runUntil(
        () -> !client.machine.relays.connections.isEmpty(), 20, "the relay is asked for");
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
    assertThat(client.connected).isEmpty();
    open.listener.received(PairMessage.TYPE, new byte[3], internet.nowNanos);
    assertThat(open.closed).isTrue();
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertNothingLeft(client);
  }

  @Test
  void streamThatEndsWhileItIsRelayedEndsThePunch() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.CONSISTENT);
    listen(server, PROPOSING);
    client.dial(server);
    meet(client, server);
    assertEndsWithItsStream(client, client.connected.get(0));
    assertEndsWithItsStream(server, server.accepted.get(0));
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertNothingLeft(client, server);
    assertThat(client.stream(client.connected.get(0)).remotes).containsExactly(relay.address);
  }

  private SimulatedPeer behindNat(String name, String publicHost, Mapping mapping) {
    return dht.behind(new SimulatedLan(publicHost, mapping, 8), name, "192.168.1.2");
  }

  private void listen(SimulatedPeer server, ListenOptions options) {
    server.listen(options);
    dht.runUntilListening(server);
  }

  private void meet(SimulatedPeer client, SimulatedPeer server) {
    awaitBothAtTheRelay(client, server);
    relay.accept(server.machine, connection(server));
    relay.accept(client.machine, connection(client));
  }

  private void awaitBothAtTheRelay(SimulatedPeer client, SimulatedPeer server) {
    internet.runUntil(
        () ->
            !client.machine.relays.connections.isEmpty()
                && !server.machine.relays.connections.isEmpty(),
        20,
        "both ask for the relay");
  }

  private static FakeRelays.Open connection(SimulatedPeer peer) {
    return peer.machine.relays.connections.get(0);
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
