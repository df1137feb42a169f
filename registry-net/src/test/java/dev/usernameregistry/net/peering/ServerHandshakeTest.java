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
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a server makes of a first message that a test writes itself, and for how long. */
class ServerHandshakeTest extends BlindRelayScene {
  private static final long SECOND_NANOS = SimulatedInternet.SECOND_NANOS;

  private static final Ipv4Address CLIENT = Ipv4Address.of("20.0.0.1", 7);
  private static final Ipv4Address LIKE_THE_SERVERS = Ipv4Address.of("192.168.1.9", 7);
  private static final ListenOptions NO_PUNCH =
      new ListenOptions(Firewall.OPEN, ListenOptions.DEFAULT.relayThrough(), true, false);

  private final SeededRandom random = new SeededRandom(6);
  private @Nullable SimulatedPeer server;
  private Noise.@Nullable Client client;
  private byte[] message = new byte[0];

  @Test
  void aPeerThatNeverSpeaksIsWaitedForAndThenRememberedForTenSecondsEach() {
    listenBehindNat(NO_PUNCH);
    bring(CLIENT, NatKind.UNKNOWN, null, List.of());
    assertThat(ports()).as("no punch").isEqualTo(2);
    internet.run(9_600_000_000L);
    assertThat(streams()).isEqualTo(1);
    internet.run(SECOND_NANOS / 2);
    assertThat(streams()).as("out of patience").isZero();
    internet.run(9_400_000_000L);
    assertThat(handshakes()).isEqualTo(1);
    internet.run(SECOND_NANOS / 2);
    assertThat(handshakes()).as("forgotten").isZero();
  }

  @Test
  void aPeerThatIsRefusedIsRememberedForTenSeconds() {
    listenBehindNat(
        ListenOptions.DEFAULT.firewall((key, payload, address) -> address.equals(CLIENT)));
    bring(CLIENT, NatKind.UNKNOWN, null, List.of());
    internet.run(9_600_000_000L);
    assertThat(handshakes()).isEqualTo(1);
    assertThat(streams()).isZero();
    internet.run(SECOND_NANOS);
    assertThat(handshakes()).isZero();
  }

  /** Neither a punch nor a relay, which cost us more than three packets. */
  @Test
  void aPeerThatAnybodyReachesHasNeitherAPunchNorARelay() {
    listenBehindNat(PROPOSING);
    bring(CLIENT, NatKind.OPEN, new RelayThrough(RELAY_KEY, RELAY_KEY), List.of());
    assertThat(answer(CLIENT).relayThrough()).isNull();
    internet.run(SECOND_NANOS);
    assertThat(ports()).isEqualTo(2);
    assertThat(server().machine.relays.connections).isEmpty();
  }

  @Test
  void aPeerThatComesItselfIsOnlyAnswered() {
    server = dht.reachable("server", "7.0.0.1");
    listen(server, PROPOSING);
    write(NatKind.UNKNOWN, new RelayThrough(RELAY_KEY, RELAY_KEY), List.of());
    inject(CLIENT, server.machine.address);
    NoisePayload answer = answer(CLIENT);
    assertThat(answer.relayThrough()).isNull();
    assertThat(answer.holepunch()).as("nobody punches to whom anybody reaches").isNull();
    int sent = internet.sent.size();
    internet.run(SECOND_NANOS);
    assertThat(internet.sent.subList(sent, internet.sent.size()))
        .as("no knocks")
        .noneMatch(packet -> packet.to().equals(CLIENT));
    assertThat(server.machine.relays.connections).isEmpty();
  }

  @Test
  void aPeerThatWaitsForAPunchHasItAtOnceUnlessItMayBeInOurOwnNetwork() {
    listenBehindNat(ListenOptions.DEFAULT);
    Ipv4Address near = Ipv4Address.of("9.0.0.1", 5);
    assertThat(punchesFor(near, LIKE_THE_SERVERS)).isFalse();
    assertThat(punchesFor(near, Ipv4Address.of("192.5.5.5", 7))).as("a public one").isTrue();
    assertThat(punchesFor(near, Ipv4Address.of("10.1.1.1", 7))).as("none like ours").isTrue();
    assertThat(punchesFor(CLIENT, LIKE_THE_SERVERS)).as("from elsewhere").isTrue();
  }

  @Test
  void aServerThatAnybodyReachesWaitsForThePeerWithoutAPunch() {
    server = dht.reachable("server", "7.0.0.1");
    listen(server, ListenOptions.DEFAULT);
    Ipv4Address via =
        server.listening().relayAddresses().stream()
            .filter(address -> !address.equals(server().machine.address))
            .findFirst()
            .orElseThrow();
    write(NatKind.UNKNOWN, null, List.of());
    inject(CLIENT, via);
    assertThat(streams()).isEqualTo(1);
    assertThat(ports()).isEqualTo(2);
  }

  @Test
  void aPeerThatIsNotToldOurLocalAddressesIsNotWaitedForInOurNetwork() {
    listenBehindNat(
        new ListenOptions(Firewall.OPEN, ListenOptions.DEFAULT.relayThrough(), false, true));
    assertThat(punchesFor(Ipv4Address.of("9.0.0.1", 5), LIKE_THE_SERVERS)).isTrue();
  }

  /** Has a client say that it has a local address; returns whether a punch begins at once. */
  private boolean punchesFor(Ipv4Address from, Ipv4Address local) {
    internet.run(40 * SECOND_NANOS);
    assertThat(ports()).isEqualTo(2);
    bring(from, NatKind.UNKNOWN, null, List.of(local));
    assertThat(handshakes()).isEqualTo(1);
    return ports() == 3;
  }

  @Test
  void aRepeatedMessageIsAnsweredFromTheSameSocketAndPreparesNothingElse() {
    listenBehindNat(PROPOSING);
    bring(CLIENT, NatKind.UNKNOWN, null, List.of());
    internet.run(SECOND_NANOS);
    inject(CLIENT, relay());
    List<Ipv4Address> from =
        RawRequests.sentTo(internet, relay()).stream()
            .filter(read -> read.command() == Peering.PEER_HANDSHAKE)
            .map(read -> read.packet().from())
            .filter(address -> address.host() == server().publicHost())
            .toList();
    assertThat(from).hasSize(2);
    assertThat(from.get(0)).isEqualTo(from.get(1));
    assertThat(ports()).isEqualTo(3);
    assertThat(server().machine.relays.connections).hasSize(1);
  }

  @Test
  void aPacketOfThePeersOwnEndsThePunchAndLeavesTheRelay() {
    listenBehindNat(PROPOSING);
    bring(CLIENT, NatKind.UNKNOWN, null, List.of());
    internet.run(5 * SECOND_NANOS);
    FakeRelays.Open open = connection(server());
    FakeStreams.Stream stream = server().machine.streams.streams.values().iterator().next();
    stream.hook.from(server().machine.node.requestSocket(), CLIENT, internet.nowNanos);
    assertThat(server().accepted).hasSize(1);
    assertThat(open.closed).as("the relay is left").isTrue();
    internet.run(1_000_000L);
    assertThat(ports()).as("the punch has ended").isEqualTo(2);
    internet.run(9_800_000_000L);
    assertThat(handshakes()).as("repeated messages get the same answer").isEqualTo(1);
    internet.run(SECOND_NANOS);
    assertThat(handshakes()).isZero();
    assertThat(stream.isConnected()).isTrue();
  }

  @Test
  void aServerThatStopsLeavesRelaysAndPunches() {
    listenBehindNat(PROPOSING);
    bring(CLIENT, NatKind.UNKNOWN, null, List.of());
    assertThat(ports()).isEqualTo(3);
    server().listening().stop(nowNanos -> {}, internet.nowNanos);
    internet.run(1_000_000L);
    assertThat(connection(server()).closed).isTrue();
    assertThat(ports()).isEqualTo(2);
    assertThat(streams() + handshakes()).isZero();
  }

  @Test
  void aServerThatStopsDoesNotKnockAnyMore() {
    listenBehindNat(ListenOptions.DEFAULT);
    bring(CLIENT, NatKind.OPEN, null, List.of());
    server().listening().stop(nowNanos -> {}, internet.nowNanos);
    internet.sent.clear();
    internet.run(10 * SECOND_NANOS);
    assertThat(internet.sent).noneMatch(packet -> packet.to().equals(CLIENT));
  }

  private void listenBehindNat(ListenOptions options) {
    server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    listen(server, options);
  }

  private SimulatedPeer server() {
    return Objects.requireNonNull(server);
  }

  private Ipv4Address relay() {
    return server().listening().relayAddresses().get(0);
  }

  /** Has a relay bring a first message. */
  private void bring(
      Ipv4Address from,
      NatKind firewall,
      @Nullable RelayThrough proposal,
      List<Ipv4Address> addresses) {
    write(firewall, proposal, addresses);
    inject(from, relay());
    assertThat(handshakes()).isEqualTo(1);
  }

  private void write(
      NatKind firewall, @Nullable RelayThrough proposal, List<Ipv4Address> addresses) {
    NoisePayload payload =
        new NoisePayload(1, 0, firewall, null, addresses, new Udx(false, 1), proposal, List.of());
    KeyPair key = Noise.newKeyPair(random);
    client = new Noise.Client(key, Noise.newKeyPair(random), server().key(), payload);
    message = client.message();
  }

  private void inject(Ipv4Address from, Ipv4Address to) {
    Key target = PeerRecord.target(server().key());
    HandshakeMessage first = new HandshakeMessage(HandshakeMode.FROM_CLIENT, message, null, null);
    internet.inject(RawRequests.handshake(from, to, 1, target, first));
    internet.run(SECOND_NANOS / 5);
  }

  /** Returns what the server's last answer that was sent to {@code to} says. */
  private NoisePayload answer(Ipv4Address to) {
    List<byte[]> answers =
        RawRequests.sentTo(internet, to).stream()
            .map(RawRequests.Read::value)
            .filter(Objects::nonNull)
            .toList();
    byte[] last = answers.get(answers.size() - 1);
    return Objects.requireNonNull(client).read(HandshakeMessage.decode(last).noise()).payload();
  }

  private int ports() {
    return server().machine.ports.size();
  }

  private long streams() {
    return server().machine.streams.unconnected();
  }

  private int handshakes() {
    return server().machine.peering.statistics().handshakes();
  }
}
