package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys that are listened for, again and beside others. */
class ListeningTest {
  private static final long MINUTE_NANOS = 60 * SimulatedInternet.SECOND_NANOS;

  private static final Ipv4Address STRANGER = Ipv4Address.of("6.6.6.6", 666);

  private final SeededRandom random = new SeededRandom(6);
  private final SimulatedDht dht = new SimulatedDht(5);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedPeer server = dht.reachable("server", "7.0.0.1");
  private final Key target = PeerRecord.target(server.key());

  private long forwards() {
    return dht.nodes.stream()
        .filter(node -> node.records.forward(target, internet.nowNanos).isPresent())
        .count();
  }

  @Test
  void aKeyThatIsListenedForAgainWhileItsAnnouncementsAreTakenAwayStaysAnnounced() {
    dht.listen(server);
    Listening first = server.listening();
    int[] gone = new int[1];
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    server.listen();
    assertThat(gone[0]).isEqualTo(1);
    internet.run(60 * MINUTE_NANOS);
    assertThat(forwards()).isPositive();

    server.listening().stop(nowNanos -> gone[0]++, internet.nowNanos);
    internet.runUntil(() -> gone[0] == 2, 60, "the announcements are gone");
    assertThat(forwards()).isZero();
    assertThat(first).isNotSameAs(server.listening());
  }

  @Test
  void whoStopsAgainDoesNotStopWhoListensForTheKeyNow() {
    dht.listen(server);
    Listening first = server.listening();
    int[] gone = new int[1];
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    assertThat(gone[0]).as("not yet").isZero();
    server.listen();
    assertThat(gone[0]).isEqualTo(2);
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    assertThat(gone[0]).isEqualTo(3);
    internet.run(60 * MINUTE_NANOS);
    assertThat(forwards()).isPositive();
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    client.dial(server);
    dht.runUntilConnected(client, server);
  }

  @Test
  void aKeyThatIsListenedForAgainAsSoonAsItsListenerHearsOfTheStopStaysAnnounced() {
    server.listen();
    server.listening().whenAnnounced(nowNanos -> server.listen(), internet.nowNanos);
    internet.run(1_000_000L);
    Listening first = server.listening();
    int[] gone = new int[1];
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    assertThat(server.listening()).isNotSameAs(first);
    assertThat(gone[0]).isEqualTo(1);
    dht.runUntilListening(server);
    internet.run(60 * MINUTE_NANOS);
    assertThat(forwards()).isPositive();
  }

  /** Both keys belong to one machine, which remembers its handshakes together. */
  @Test
  void stoppingOneKeyEndsNoHandshakeOfAnother() {
    SimulatedPeer other = new SimulatedPeer("other", internet, server.machine);
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    server.listen();
    other.listen();
    dht.runUntilListening(server);
    dht.runUntilListening(other);
    client.dial(server);
    internet.runUntil(
        () -> server.machine.peering.statistics().handshakes() == 1, 60, "a handshake began");
    assertThat(server.accepted).isEmpty();
    other.listening().stop(nowNanos -> {}, internet.nowNanos);
    assertThat(server.machine.peering.statistics().handshakes()).isEqualTo(1);
    dht.runUntilConnected(client, server);
  }

  @Test
  void nothingIsSentToAddressesThatNobodyHasOnARelaysWord() {
    dht.listen(server);
    Ipv4Address nowhere = Ipv4Address.of("224.0.0.1", 80);
    Ipv4Address port0 = Ipv4Address.of("6.6.6.7", 0);
    bring(HandshakeMode.FROM_RELAY, nowhere, null);
    bring(HandshakeMode.FROM_RELAY, port0, null);
    bring(HandshakeMode.FROM_SECOND_RELAY, nowhere, STRANGER);
    assertThat(server.machine.peering.statistics().handshakes()).isZero();

    bring(HandshakeMode.FROM_SECOND_RELAY, STRANGER, nowhere);
    bring(HandshakeMode.FROM_SECOND_RELAY, STRANGER, port0);
    assertThat(server.machine.peering.statistics().handshakes()).isEqualTo(2);
    internet.run(MINUTE_NANOS);
    assertThat(internet.sent)
        .extracting(SimulatedInternet.Packet::to)
        .doesNotContain(nowhere, port0);
  }

  /** Has a stranger who says to be a relay bring a first message. */
  private void bring(HandshakeMode mode, Ipv4Address client, @Nullable Ipv4Address relay) {
    NoisePayload payload =
        new NoisePayload(1, 0, NatKind.OPEN, null, List.of(), new Udx(false, 1), null, List.of());
    KeyPair key = Noise.newKeyPair(random);
    byte[] noise = new Noise.Client(key, Noise.newKeyPair(random), server.key(), payload).message();
    HandshakeMessage message = new HandshakeMessage(mode, noise, client, relay);
    internet.inject(RawRequests.handshake(STRANGER, server.machine.address, 1, target, message));
    internet.run(200_000_000L);
  }
}
