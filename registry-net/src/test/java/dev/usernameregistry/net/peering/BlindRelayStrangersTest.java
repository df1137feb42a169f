package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Strangers who would have us dial blind relays, which each is a lookup and a stream of ours, or
 * punch.
 */
class BlindRelayStrangersTest extends BlindRelayScene {
  private static final RelayThrough ANY_RELAY = new RelayThrough(RELAY_KEY, RELAY_KEY);

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
    assertThat(dialled).as("of one host in two seconds").hasSizeBetween(2, 4);
    for (int i = 0; i < 200; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + (i + 1), 1000), ANY_RELAY);
      internet.run(50_000_000L);
    }
    assertThat(dialled).as("of many hosts in ten more").hasSizeBetween(20, 30);
    assertThat(dialled.stream().filter(open -> !open.closed).count())
        .isEqualTo(Admission.RELAYS_MAX);
    internet.run(RelayPath.PATIENCE_NANOS);
    assertThat(dialled).allMatch(open -> open.closed);
  }

  @Test
  void strangerDoesNotKeepOthersFromMeetingAtTheirRelay() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    SimulatedPeer client = behindNat("client", "9.0.0.2", Mapping.RANDOM);
    listen(server, ListenOptions.DEFAULT);
    List<Ipv4Address> relays = server.listening().relayAddresses();
    List<FakeRelays.Open> dialled = server.machine.relays.connections;
    for (int i = 0; i < 80; i++) {
      hello(server, relays.get(0), Ipv4Address.of("6.6.6.6", 1000 + i), ANY_RELAY);
      internet.run(50_000_000L);
    }
    assertThat(dialled.stream().filter(open -> !open.closed).count())
        .isEqualTo(Admission.RELAYS_MAX);
    int before = dialled.size();
    client.dial(server.key(), List.of(relays.get(1)), THROUGH_RELAY);
    internet.runUntil(() -> dialled.size() > before, 5, "the relay of the client is asked for");
    FakeRelays.Open honest = dialled.get(before);
    for (int i = 0; i < 80; i++) {
      hello(server, relays.get(0), Ipv4Address.of("6.6.6.6", 2000 + i), ANY_RELAY);
      internet.run(50_000_000L);
    }
    assertThat(honest.closed).as("the place is kept").isFalse();
    relay.accept(server.machine, honest);
    relay.accept(client.machine, connection(client));
    dht.runUntilConnected(client, server);
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

  /** Where no punch is offered, the limit of punches does not end meetings either. */
  @Test
  void meetingsAtOurOwnRelayAreBoundedWherePunchesAreNot() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    ListenOptions options = PROPOSING;
    listen(server, new ListenOptions(options.firewall(), options.relayThrough(), true, false));
    Ipv4Address at = server.listening().relayAddresses().get(0);
    List<FakeRelays.Open> dialled = server.machine.relays.connections;
    for (int i = 0; i < 400; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + (i % 200 + 1), 1000 + i), null);
      internet.run(25_000_000L);
      assertThat(dialled.stream().filter(open -> !open.closed))
          .hasSizeLessThanOrEqualTo(Admission.PROPOSALS_MAX);
    }
    assertThat(dialled).hasSizeGreaterThan(Admission.PROPOSALS_MAX + 20);
  }

  @Test
  void whoIsConnectedThroughARelayTakesNobodysPlace() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.RANDOM);
    listen(server, ListenOptions.DEFAULT);
    Ipv4Address at = server.listening().relayAddresses().get(0);
    List<FakeRelays.Open> dialled = server.machine.relays.connections;
    for (int i = 1; i <= Admission.RELAYS_MAX; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + i, 1000), ANY_RELAY);
    }
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(dialled).hasSize(Admission.RELAYS_MAX);
    for (FakeRelays.Open open : dialled) {
      open.listener.opened(server.machine.node.requestSocket(), relay.address, internet.nowNanos);
      PairMessage asked = PairMessage.decode(open.sent.get(0));
      PairMessage answer = new PairMessage(asked.initiator(), asked.token(), 1000);
      open.listener.received(PairMessage.TYPE, answer.encode(), internet.nowNanos);
    }
    assertThat(server.accepted).hasSize(Admission.RELAYS_MAX);
    for (int i = 1; i <= 8; i++) {
      hello(server, at, Ipv4Address.of("6.6.8." + i, 1000), ANY_RELAY);
      internet.run(SimulatedInternet.SECOND_NANOS / 2);
    }
    assertThat(dialled).hasSize(Admission.RELAYS_MAX + 8);
    assertThat(dialled.subList(0, Admission.RELAYS_MAX)).noneMatch(open -> open.closed);
    assertThat(dialled.stream().filter(open -> !open.closed))
        .hasSize(Admission.RELAYS_MAX + Admission.RELAYS_MAX);
  }

  @Test
  void whoLosesItsPlaceAtARelayKeepsItsPunch() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    listen(server, ListenOptions.DEFAULT);
    Ipv4Address at = server.listening().relayAddresses().get(0);
    int count = Admission.RELAYS_MAX + 1;
    for (int i = 1; i <= count; i++) {
      hello(server, at, Ipv4Address.of("6.6.7." + i, 1000), ANY_RELAY);
      internet.run(SimulatedInternet.SECOND_NANOS / 2);
    }
    assertThat(server.machine.relays.connections).hasSize(count);
    assertThat(connection(server).closed).isTrue();
    assertThat(server.machine.peering.statistics().handshakes()).isEqualTo(count);
    assertThat(server.machine.ports).hasSize(2 + count);
  }

  @Test
  void strangersDoNotTakeThePunchOfOneWhoComesThroughAnotherRelay() {
    SimulatedPeer server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    listen(server, ListenOptions.DEFAULT);
    List<Ipv4Address> relays = server.listening().relayAddresses();
    hello(server, relays.get(0), Ipv4Address.of("6.6.6.6", 1000), null);
    internet.run(SimulatedInternet.SECOND_NANOS / 5);
    List<Integer> before = List.copyOf(server.machine.ports.keySet());
    assertThat(before).hasSize(3);
    for (int i = 0; i < 80; i++) {
      hello(server, relays.get(1 + i % 2), Ipv4Address.of("6.6.7." + (i + 1), 1000), null);
      internet.run(50_000_000L);
    }
    assertThat(server.machine.ports.keySet())
        .hasSize(2 + Admission.PUNCHES_MAX)
        .containsAll(before);
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
}
