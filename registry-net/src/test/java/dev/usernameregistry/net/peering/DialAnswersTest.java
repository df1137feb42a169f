package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.RawRequests.Read;
import dev.usernameregistry.net.peering.SimulatedInternet.Packet;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a dial makes of the answers of a node that the test plays. */
class DialAnswersTest {
  private static final Ipv4Address NODE = Ipv4Address.of("6.6.6.6", 666);
  private static final Ipv4Address OTHER = Ipv4Address.of("6.6.6.7", 777);
  private static final Udx STREAM = new Udx(false, 5);

  private final SeededRandom random = new SeededRandom(7);
  private final KeyPair server = Noise.newKeyPair(random);
  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedPeer client = dht.behindNat("client", "9.0.0.1");
  private final List<Ipv4Address> asked = new ArrayList<>();

  private NoisePayload payload = payload(1, 0, STREAM, List.of());
  private HandshakeMode mode = HandshakeMode.REPLY;
  private @Nullable Ipv4Address peer;

  /** Whom the answer comes from; null for who was asked. */
  private @Nullable Ipv4Address answerer;

  @BeforeEach
  void plug() {
    for (Ipv4Address node : List.of(NODE, OTHER)) {
      internet.plug(node, (socket, from, bytes) -> receive(node, from, bytes));
    }
  }

  private void receive(Ipv4Address node, Ipv4Address from, byte[] bytes) {
    if (bytes[0] != 0x03) {
      return;
    }
    Read request = RawRequests.readRequest(new Packet(from, node, bytes));
    byte[] value = request.value();
    if (value == null || request.command() != Peering.PEER_HANDSHAKE) {
      return;
    }
    asked.add(node);
    byte[] first = HandshakeMessage.decode(value).noise();
    byte[] second = new Noise.Server(server, Noise.newKeyPair(random), first).answer(payload);
    HandshakeMessage answer = new HandshakeMessage(mode, second, peer, null);
    Ipv4Address by = answerer == null ? node : answerer;
    internet.inject(RawRequests.reply(by, request, answer.encode()));
  }

  @Test
  void anAnswerOfTheServerItselfIsTheWayBack() {
    dial(List.of(NODE));
    assertThat(client.connected).hasSize(1);
    FakeStreams.Stream stream = client.stream(client.connected.get(0));
    assertThat(stream.remotes).containsExactly(NODE);
    assertThat(stream.remoteId).isEqualTo(5);
    assertThat(stream.socket).isEqualTo(DhtNode.CLIENT_SOCKET);
    assertThat(client.machine.peering.statistics().dials()).isZero();
  }

  /** Through another node that server would be where that one says, and that names none. */
  @Test
  void anAnswerThroughARelayIsNotTheWayBack() {
    peer = OTHER;
    dial(List.of(NODE));
    assertThat(client.connected).hasSize(1);
    assertThat(client.stream(client.connected.get(0)).remotes).containsExactly(OTHER);
  }

  @Test
  void aServerOfAnotherVersionIsNotConnected() {
    payload = payload(2, 0, STREAM, List.of());
    dial(List.of(NODE));
    assertFails(DialFailure.SERVER_INCOMPATIBLE);
  }

  @Test
  void aServerThatRefusesOrNamesNoStreamIsNotConnected() {
    payload = payload(1, NoisePayload.ABORTED, STREAM, List.of());
    dial(List.of(NODE));
    assertFails(DialFailure.SERVER_ERROR);
    client.failures.clear();
    payload = payload(1, 0, null, List.of());
    dial(List.of(NODE));
    assertFails(DialFailure.SERVER_ERROR);
  }

  @Test
  void aMessageThatIsNoReplyIsNoAnswer() {
    mode = HandshakeMode.FROM_SERVER;
    dial(List.of(NODE));
    assertFails(DialFailure.PEER_CONNECTION_FAILED);
  }

  @Test
  void anAnswerOfANodeThatWasNotAskedIsNone() {
    answerer = OTHER;
    dial(List.of(NODE));
    assertFails(DialFailure.PEER_CONNECTION_FAILED);
  }

  @Test
  void whoIsAnsweredAsksNobodyElse() {
    dial(List.of(NODE, OTHER));
    assertThat(client.connected).hasSize(1);
    assertThat(asked).containsExactly(NODE);
  }

  @Test
  void theNodesThatTheServerNamesAreAskedTheNextTime() {
    payload = payload(1, 0, STREAM, List.of(OTHER));
    dial(List.of(NODE));
    dial(List.of());
    assertThat(asked).containsExactly(NODE, OTHER);
    payload = payload(1, 0, STREAM, List.of());
    dial(List.of(NODE));
    dial(List.of());
    assertThat(asked).as("it names none").containsExactly(NODE, OTHER, NODE, NODE);
  }

  private void dial(List<Ipv4Address> told) {
    client.dial(server.publicKey(), told, DialOptions.DEFAULT);
    internet.run(40 * SimulatedInternet.SECOND_NANOS);
  }

  private void assertFails(DialFailure failure) {
    assertThat(asked).isNotEmpty();
    assertThat(client.failures).containsExactly(failure);
    assertThat(client.connected).isEmpty();
    assertThat(client.machine.streams.unconnected()).isZero();
    assertThat(client.machine.peering.statistics().dials()).isZero();
  }

  private static NoisePayload payload(
      int version, int error, @Nullable Udx udx, List<Ipv4Address> relays) {
    return new NoisePayload(version, error, NatKind.UNKNOWN, null, List.of(), udx, null, relays);
  }
}
