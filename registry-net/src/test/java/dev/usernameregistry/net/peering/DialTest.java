package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.RawRequests.Read;
import dev.usernameregistry.net.peering.SimulatedInternet.Packet;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchRelay;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long a dial may take, and what becomes of its punch. */
class DialTest extends BlindRelayScene {
  private static final long SECOND_NANOS = SimulatedInternet.SECOND_NANOS;

  /** Nodes that the test plays. */
  private static final List<Ipv4Address> NODES =
      IntStream.range(1, 40).mapToObj(i -> Ipv4Address.of("6.0.0." + i, i)).toList();

  private final KeyPair server = Noise.newKeyPair(new SeededRandom(7));

  /** Each says that it knows the server and names the next one; none passes on what it gets. */
  @Test
  void aSearchThatFindsOneMoreNodeAgainAndAgainEndsAfter45Seconds() {
    byte[] record = new WireWriter(33).raw(server.publicKey().bytes()).uint(0).toByteArray();
    for (int i = 0; i + 1 < NODES.size(); i++) {
      Ipv4Address node = NODES.get(i);
      Ipv4Address next = NODES.get(i + 1);
      internet.plug(
          node,
          (socket, from, bytes) -> {
            Read request = RawRequests.readRequest(new Packet(from, node, bytes));
            if (request.value() == null) {
              internet.inject(naming(node, request, next, record));
            }
          });
    }
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    client.dial(server.publicKey(), NODES.subList(0, 1), DialOptions.DEFAULT);
    internet.run(44_900_000_000L);
    assertThat(client.failures).isEmpty();
    internet.run(SECOND_NANOS / 5);
    assertThat(client.failures).containsExactly(DialFailure.TIMED_OUT);
    internet.sent.clear();
    internet.run(5 * SECOND_NANOS);
    assertThat(internet.sent).noneMatch(packet -> NODES.contains(packet.to()));
    dht.assertNothingLeft(client);
  }

  private static Packet naming(Ipv4Address node, Read request, Ipv4Address next, byte[] value) {
    Ipv4Address to = request.packet().from();
    WireWriter out = new WireWriter(128);
    out.fixedUint(0x13, 1).fixedUint(4 | 16, 1).fixedUint(request.tid(), 2);
    to.encode(out);
    out.uint(1);
    next.encode(out);
    return new Packet(node, to, out.bytes(value).toByteArray());
  }

  /** The answer comes after 31 seconds; the relay has 15 more. */
  @Test
  void aServerThatHasAnsweredMayTakeLongerThanTheSearch() {
    Ipv4Address node = NODES.get(7);
    long start = internet.nowNanos;
    internet.plug(node, (socket, from, bytes) -> answer(node, new Packet(from, node, bytes)));
    internet.drops =
        packet -> packet.to().equals(node) && internet.nowNanos - start < 30_500_000_000L;
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    client.dial(server.publicKey(), NODES.subList(0, 8), THROUGH_RELAY);
    internet.runUntil(
        () -> !client.machine.relays.connections.isEmpty(), 40, "the relay is asked for");
    long answered = internet.nowNanos;
    assertThat(answered - start).isBetween(30 * SECOND_NANOS, 33 * SECOND_NANOS);
    internet.run(14_900_000_000L);
    assertThat(internet.nowNanos - start).isGreaterThan(45 * SECOND_NANOS);
    assertThat(client.failures).isEmpty();
    internet.run(SECOND_NANOS / 5);
    assertThat(client.failures).containsExactly(DialFailure.RELAY_ABORTED);
  }

  /** Answers a first message as a server behind a NAT does, through another node. */
  private void answer(Ipv4Address node, Packet packet) {
    Read request = RawRequests.readRequest(packet);
    byte[] value = request.value();
    if (value != null) {
      Ipv4Address seen = Ipv4Address.of("9.0.0.9", 9);
      Holepunch holepunch = new Holepunch(3, List.of(new PunchRelay(node, seen)));
      NoisePayload payload =
          new NoisePayload(
              1, 0, NatKind.UNKNOWN, holepunch, List.of(), new Udx(false, 5), null, List.of());
      byte[] first = HandshakeMessage.decode(value).noise();
      KeyPair ephemeral = Noise.newKeyPair(new SeededRandom(8));
      byte[] second = new Noise.Server(server, ephemeral, first).answer(payload);
      HandshakeMessage answer = new HandshakeMessage(HandshakeMode.REPLY, second, seen, null);
      internet.inject(RawRequests.reply(node, request, answer.encode()));
    }
  }

  /** The stream would have lost its socket with the punch. */
  @Test
  void aStreamThatIsFirstHeardOnTheSocketOfAPunchKeepsIt() {
    SimulatedPeer peer = listening(Mapping.CONSISTENT, ListenOptions.DEFAULT);
    SimulatedPeer client = dialling(peer, Mapping.CONSISTENT);
    internet.runUntil(() -> client.machine.ports.size() == 3, 5, "a socket for the punch");
    int socket =
        client.machine.ports.keySet().stream().mapToInt(Integer::intValue).max().orElseThrow();
    FakeStreams.Stream stream = client.machine.streams.streams.values().iterator().next();
    stream.hook.from(socket, new Ipv4Address(peer.publicHost(), 5), internet.nowNanos);
    assertThat(client.connected).hasSize(1);
    internet.run(SECOND_NANOS);
    assertThat(client.machine.ports).hasSize(3).containsKey(socket);
    client.machine.peering.streamEnded(client.connected.get(0).streamId(), internet.nowNanos);
    internet.run(1_000_000L);
    assertThat(client.machine.ports).hasSize(2);
  }

  /** A second punch with a random port has no place; only with a relay it waits for one. */
  @Test
  void aPunchWaitsForItsTurnOnlyIfThereIsABlindRelayMeanwhile() {
    SimulatedPeer first = listening(Mapping.CONSISTENT, ListenOptions.DEFAULT);
    SimulatedPeer second = behindNat("second", "9.0.0.3", Mapping.CONSISTENT);
    listen(second, ListenOptions.DEFAULT);
    internet.drops = packet -> packet.bytes().length == 1;
    SimulatedPeer client = dialling(first, Mapping.RANDOM);
    internet.run(5 * SECOND_NANOS);
    Dial busy = client.dial();
    client.dial(second);
    internet.run(5 * SECOND_NANOS);
    assertThat(client.failures).containsExactly(DialFailure.HOLEPUNCH_ABORTED);

    client.failures.clear();
    client.dial(second.key(), List.of(), THROUGH_RELAY);
    internet.run(5 * SECOND_NANOS);
    busy.cancel(internet.nowNanos);
    internet.run(1_000_000L);
    assertThat(client.machine.ports).as("the punch still waits").hasSize(3);
    assertThat(client.failures).isEmpty();
  }
}
