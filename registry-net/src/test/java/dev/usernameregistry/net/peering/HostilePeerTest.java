package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.peering.RawRequests.Read;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Strangers who flood, repeat, forge and guess do not keep honest peers from connecting. */
class HostilePeerTest {
  private static final Ipv4Address ATTACKER = Ipv4Address.of("6.6.6.6", 666);
  private static final int FLOOD = 1000;

  private static final SeededRandom RANDOM = new SeededRandom(4);

  /** First messages to the peer called server, which take a while to write. */
  private static final List<byte[]> HELLOS = new ArrayList<>();

  private final SimulatedDht dht = new SimulatedDht(3);
  private final SimulatedInternet internet = dht.internet;
  private final Random choices = new Random(5);
  private int hellos;

  @Test
  void halfHandshakesOfOneHostKeepNobodyOut() {
    SimulatedPeer server = natted("server", "9.0.0.1");
    SimulatedPeer client = natted("client", "9.0.0.2");
    Ipv4Address relay = server.listening().relayAddresses().get(0);
    flood(server, i -> fromClient(ATTACKER.withPort(1000 + i), relay, server, hello(server)));
    assertHonestOneGetsIn(client, server);
  }

  @Test
  void relayThatInventsClientsKeepsNobodyOut() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    flood(server, i -> fromRelay(ATTACKER, server, anybody(), hello(server)));
    assertThat(server.machine.peering.statistics().refusedHandshakes()).isPositive();
    assertHonestOneGetsIn(client, server);
  }

  /** So many sources that the table is full; whoever came first has to give way. */
  @Test
  void handshakesOfManyHostsAreBounded() {
    SimulatedPeer server = natted("server", "9.0.0.1");
    List<Ipv4Address> relays = server.listening().relayAddresses();
    for (int second = 0; second < 15; second++) {
      for (int i = 0; i < 40; i++) {
        Ipv4Address relay = relays.get(i % relays.size());
        internet.inject(fromClient(anybody(), relay, server, hello(server)));
      }
      internet.run(SimulatedInternet.SECOND_NANOS);
      assertThat(server.machine.peering.statistics().handshakes())
          .isLessThanOrEqualTo(HalfOpen.MAX);
      assertThat(server.machine.ports).hasSizeLessThanOrEqualTo(2 + Admission.PUNCHES_MAX);
    }
    assertThat(server.machine.peering.statistics().handshakes()).isGreaterThan(100);
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertThat(server.machine.peering.statistics().handshakes()).isZero();
    assertThat(server.machine.streams.unconnected()).isZero();
    assertThat(server.machine.ports).hasSize(2);
  }

  @Test
  void repeatedMessageGetsTheSameAnswerAndOneConnection() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    server.listen();
    byte[] hello = hello(server);
    for (int i = 0; i < 20; i++) {
      internet.inject(fromClient(ATTACKER, server.machine.address, server, hello));
      internet.run(400_000_000L);
      greet(server);
    }
    List<Read> answers =
        RawRequests.sentTo(internet, ATTACKER).stream()
            .filter(read -> read.value() != null)
            .toList();
    assertThat(answers).hasSize(20);
    assertThat(answers.stream().map(read -> Arrays.hashCode(read.value())).distinct()).hasSize(1);
    assertThat(server.accepted).hasSize(1);
  }

  /** Nothing but the stream's first encrypted bytes tells an old first message from a new one. */
  @Test
  void messageRepeatedMuchLaterLeadsToOtherKeys() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    server.listen();
    byte[] hello = hello(server);
    for (int i = 0; i < 2; i++) {
      internet.inject(fromClient(ATTACKER, server.machine.address, server, hello));
      internet.run(SimulatedInternet.SECOND_NANOS);
      greet(server);
      internet.run(30 * SimulatedInternet.SECOND_NANOS);
    }
    assertThat(server.accepted).hasSize(2);
    assertThat(server.accepted.get(0).keys().tx()).isNotEqualTo(server.accepted.get(1).keys().tx());
  }

  /** Sends a packet to every stream of a peer that is not connected, which nobody could guess. */
  private void greet(SimulatedPeer server) {
    server.machine.streams.streams.forEach(
        (id, stream) -> {
          if (!stream.isConnected()) {
            byte[] greeting = FakeStreams.greeting(id, 1);
            internet.inject(
                new SimulatedInternet.Packet(ATTACKER, server.machine.address, greeting));
          }
        });
  }

  /**
   * Three kinds of lies. The victim is a node of the DHT, so it answers all requests; still it gets
   * less than was sent to have it sent, by each kind of lie.
   */
  @Test
  void victimThatARelayOrAForgedSourceNamesGetsNoStream() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    dht.listen(server);
    Ipv4Address victim = dht.reachable("victim", "77.77.77.77").machine.address;
    internet.run(30 * SimulatedInternet.SECOND_NANOS);
    long before = bytesSentTo(victim, server);
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    long usual = bytesSentTo(victim, server) - before;
    for (int kind = 0; kind < 3; kind++) {
      internet.sent.clear();
      long bytesOfLies = 0;
      for (int i = 0; i < 40; i++) {
        SimulatedInternet.Packet lie =
            switch (kind) {
              case 0 -> fromRelay(ATTACKER, server, victim, openHello(server));
              case 1 -> fromClient(victim, server.machine.address, server, openHello(server));
              default -> fromClient(victim, server.machine.address, server, hello(server));
            };
        bytesOfLies += lie.bytes().length;
        internet.inject(lie);
        internet.run(50_000_000L);
      }
      internet.run(58 * SimulatedInternet.SECOND_NANOS);
      assertThat(bytesSentTo(victim, server)).isLessThan(bytesOfLies + usual);
    }
    assertThat(server.accepted).isEmpty();
    assertThat(server.machine.streams.unconnected()).isZero();
  }

  private long bytesSentTo(Ipv4Address victim, SimulatedPeer server) {
    return internet.sent.stream()
        .filter(packet -> packet.from().equals(server.machine.address))
        .filter(packet -> packet.to().equals(victim))
        .mapToLong(packet -> packet.bytes().length)
        .sum();
  }

  @Test
  void peerThatMayBeNobodyIsKnockedAtThreeTimes() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    dht.listen(server);
    Ipv4Address nobody = anybody();
    internet.inject(fromRelay(ATTACKER, server, nobody, openHello(server)));
    internet.run(60 * SimulatedInternet.SECOND_NANOS);
    List<byte[]> sent =
        internet.sent.stream()
            .filter(packet -> packet.to().equals(nobody))
            .map(SimulatedInternet.Packet::bytes)
            .toList();
    assertThat(sent).hasSize(Knocks.COUNT).containsOnly(FakeStreams.knock(1));
  }

  @Test
  void peerThatAnybodyReachesConnectsWhenItIsKnockedAt() {
    SimulatedPeer server = natted("server", "9.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    int[] knocks = {0};
    internet.drops =
        packet ->
            packet.bytes().length == FakeStreams.KNOCK_BYTES
                && packet.bytes()[0] == (byte) 0xff
                && ++knocks[0] < Knocks.COUNT;
    client.dial(server);
    dht.runUntilConnected(client, server);
    assertThat(knocks[0]).as("the last knock arrives").isEqualTo(Knocks.COUNT);
  }

  @Test
  void forgedAnswersChangeNothing() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    forgeAnswers(client, server, 2);
    client.dial(server);
    dht.runUntilConnected(client, server);
  }

  @Test
  void dialThatGetsOnlyForgedAnswersSaysSo() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    forgeAnswers(client, server, Integer.MAX_VALUE);
    client.dial(server);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).containsExactly(DialFailure.HANDSHAKE_INVALID);
    assertThat(client.connected).isEmpty();
  }

  /** Answers to the client's first message are replaced by bytes of the same length. */
  private void forgeAnswers(SimulatedPeer client, SimulatedPeer server, int count) {
    int[] left = {count};
    internet.drops =
        packet -> {
          HandshakeMessage answer = RawRequests.handshakeReply(packet);
          if (answer == null || !packet.to().equals(client.machine.address) || left[0]-- <= 0) {
            return false;
          }
          byte[] noise = new byte[answer.noise().length];
          choices.nextBytes(noise);
          HandshakeMessage forged =
              new HandshakeMessage(HandshakeMode.REPLY, noise, answer.peerAddress(), null);
          client.machine.receive(0, packet.from(), RawRequests.withValue(packet, forged.encode()));
          return true;
        };
    assertThat(server.accepted).isEmpty();
  }

  @Test
  void otherVersionsAndMissingStreamsAreAnsweredWithAnError() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    server.listen();
    NoisePayload noStream =
        new NoisePayload(1, 0, NatKind.UNKNOWN, null, List.of(), null, null, List.of());
    NoisePayload nextVersion =
        new NoisePayload(2, 0, NatKind.UNKNOWN, null, List.of(), null, null, List.of());
    assertThat(answerTo(noStream, server).error()).isEqualTo(NoisePayload.ABORTED);
    assertThat(answerTo(nextVersion, server).error()).isEqualTo(NoisePayload.VERSION_MISMATCH);
    assertThat(server.accepted).isEmpty();
    assertThat(server.machine.streams.streams).isEmpty();
    internet.run(20 * SimulatedInternet.SECOND_NANOS);
    assertThat(server.machine.peering.statistics().handshakes()).isZero();
  }

  private NoisePayload answerTo(NoisePayload payload, SimulatedPeer server) {
    Noise.Client client = new Noise.Client(newKey(), newKey(), server.key(), payload);
    internet.sent.clear();
    internet.inject(fromClient(ATTACKER, server.machine.address, server, client.message()));
    internet.run(200_000_000L);
    byte[] value = RawRequests.sentTo(internet, ATTACKER).get(0).value();
    return client.read(HandshakeMessage.decode(Objects.requireNonNull(value)).noise()).payload();
  }

  @Test
  void guessedPunchMessagesAreIgnored() {
    SimulatedPeer server = natted("server", "9.0.0.1");
    Ipv4Address relay = server.listening().relayAddresses().get(0);
    internet.inject(fromClient(ATTACKER, relay, server, hello(server)));
    internet.run(SimulatedInternet.SECOND_NANOS);
    internet.sent.clear();
    for (int id = 0; id < 50; id++) {
      byte[] box = new byte[80];
      choices.nextBytes(box);
      HolepunchMessage message = new HolepunchMessage(0, id, box, null);
      internet.inject(
          RawRequests.request(
              ATTACKER, relay, id, Peering.PEER_HOLEPUNCH, target(server), message.encode()));
    }
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(RawRequests.sentTo(internet, ATTACKER)).isEmpty();
  }

  @Test
  void packetsForAStreamThatNobodyDialledAreDropped() {
    SimulatedPeer server = natted("server", "9.0.0.1");
    assertThat(server.machine.streams.streams).isEmpty();
    Joint joint =
        new Joint(
            server.machine.streams,
            new Joint.Owner() {
              @Override
              public void heard(Joint.Way way, long nowNanos) {
                throw new AssertionError("heard " + way);
              }

              @Override
              public void relayedEnded(long nowNanos) {
                throw new AssertionError("ended");
              }
            });
    assertThat(joint.from(0, ATTACKER.withPort(0), 0)).isFalse();
    joint.destroy(0);
    assertThat(joint.from(0, ATTACKER, 0)).isFalse();
  }

  private void flood(SimulatedPeer server, IntFunction<SimulatedInternet.Packet> packet) {
    for (int i = 0; i < FLOOD; i++) {
      internet.inject(packet.apply(i));
      if (i % 50 == 49) {
        internet.run(50_000_000L);
      }
    }
    assertThat(server.machine.peering.statistics().handshakes()).isBetween(1, HalfOpen.MAX);
  }

  private void assertHonestOneGetsIn(SimulatedPeer client, SimulatedPeer server) {
    client.dial(server);
    internet.runUntil(
        () -> !client.connected.isEmpty(),
        10,
        "the honest one is connected " + client.failures + client.machine.peering.statistics());
    Key key = client.key();
    internet.runUntil(
        () ->
            server.accepted.stream()
                .anyMatch(peered -> peered.keys().remotePublicKey().equals(key)),
        10,
        "the honest one is accepted");
  }

  private SimulatedPeer natted(String name, String publicHost) {
    SimulatedLan lan = new SimulatedLan(publicHost, Mapping.CONSISTENT, 7);
    SimulatedPeer peer = dht.behind(lan, name, "192.168.1.2");
    dht.listen(peer);
    return peer;
  }

  private SimulatedInternet.Packet fromClient(
      Ipv4Address from, Ipv4Address to, SimulatedPeer server, byte[] hello) {
    HandshakeMessage message = new HandshakeMessage(HandshakeMode.FROM_CLIENT, hello, null, null);
    return RawRequests.handshake(from, to, choices.nextInt(1 << 16), target(server), message);
  }

  private SimulatedInternet.Packet fromRelay(
      Ipv4Address relay, SimulatedPeer server, Ipv4Address client, byte[] hello) {
    HandshakeMessage message = new HandshakeMessage(HandshakeMode.FROM_RELAY, hello, client, null);
    return RawRequests.handshake(
        relay, server.machine.address, choices.nextInt(1 << 16), target(server), message);
  }

  /** Returns a first message that this test has not sent before. */
  private byte[] hello(SimulatedPeer server) {
    if (hellos == HELLOS.size()) {
      NoisePayload payload =
          new NoisePayload(
              1, 0, NatKind.UNKNOWN, null, List.of(), new Udx(false, 1), null, List.of());
      HELLOS.add(new Noise.Client(newKey(), newKey(), server.key(), payload).message());
    }
    return HELLOS.get(hellos++);
  }

  /** Returns a first message of somebody who says that anybody reaches him. */
  private static byte[] openHello(SimulatedPeer server) {
    NoisePayload payload =
        new NoisePayload(1, 0, NatKind.OPEN, null, List.of(), new Udx(false, 1), null, List.of());
    return new Noise.Client(newKey(), newKey(), server.key(), payload).message();
  }

  private static KeyPair newKey() {
    return Noise.newKeyPair(RANDOM);
  }

  private Ipv4Address anybody() {
    return new Ipv4Address(20 << 24 | choices.nextInt(1 << 24), 1 + choices.nextInt(0xffff));
  }

  private static Key target(SimulatedPeer server) {
    return PeerRecord.target(server.key());
  }
}
