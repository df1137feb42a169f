package dev.usernameregistry.net.peering;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.Records;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.PunchBox;
import dev.usernameregistry.net.punch.PunchPayload;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Plays one side of the reference's recorded sessions: what we send and decide is what the
 * reference did, as far as no random number is in it.
 */
class RecordedSessionsTest {
  private static final String HOST = "127.0.0.1";
  private static final long NOW = 0;

  private final SeededRandom random = new SeededRandom(1);
  private final FakeStreams streams = new FakeStreams(1);
  private final List<Peered> connected = new ArrayList<>();

  @Test
  void openPeerThatWasAskedItselfIsConnectedAtOnce() {
    RecordedSession session = new RecordedSession("open");
    Side client = client(session, DialOptions.DEFAULT);
    client.takeAnswer();
    assertConnected(session, DhtNode.SERVER_SOCKET, session.handshakeRequest().get("to").asInt());
  }

  @Test
  void peerInTheSameNetworkIsAskedForASignOfLife() {
    RecordedSession session = new RecordedSession("lan");
    Side client = client(session, DialOptions.DEFAULT);
    client.takeAnswer();
    assertThat(connected).isEmpty();
    Ipv4Address local = session.answer().addresses4().get(0);
    Outgoing.Packet ping = client.sentTo(local).get(0);
    byte[] pong = Arrays.copyOf(ping.bytes(), 10);
    pong[0] = 0x13;
    pong[1] = 0;
    client.node.receive(ping.socket(), local, ByteBuffer.wrap(pong), NOW);
    assertConnected(session, DhtNode.SERVER_SOCKET, local.port());
  }

  @Test
  void punchBeginsWithAProbeAndAQuestionToTheServersRelay() {
    RecordedSession session = new RecordedSession("holepunch");
    Side client = client(session, new DialOptions(null, false, true));
    client.takeAnswer();
    JsonNode probe = session.packets("probe").get(1); // the first one is to the sender itself
    Outgoing.Packet opening = client.sentTo(address(probe.get("to"))).get(0);
    assertThat(opening.bytes()).isEqualTo(bytes(probe.get("hex")));
    assertThat(opening.ttl()).isEqualTo(probe.get("ttl").asInt());

    JsonNode question = session.command("PEER_HOLEPUNCH").get(0);
    HolepunchMessage recorded = HolepunchMessage.decode(bytes(question.get("valueHex")));
    Outgoing.Packet asked =
        client.sentTo(address(question.get("to"))).stream()
            .filter(packet -> packet.socket() == opening.socket() && packet.bytes().length > 60)
            .findFirst()
            .orElseThrow();
    HolepunchMessage message =
        HolepunchMessage.decode(Objects.requireNonNull(RawRequests.value(asked.bytes())));
    assertThat(message.mode()).isEqualTo(recorded.mode());
    assertThat(message.id()).isEqualTo(recorded.id());
    assertThat(message.peerAddress()).isEqualTo(recorded.peerAddress());
    byte[] secret = bytes(session.secret("final", true).get("holepunchSecret"));
    PunchPayload payload = new PunchBox(secret, random).open(message.payload());
    assertThat(Objects.requireNonNull(payload).encode())
        .isEqualTo(bytes(session.v.at("/secrets/holepunch/0/plain")));
  }

  private void assertConnected(RecordedSession session, int socket, int port) {
    assertThat(connected).hasSize(1);
    Peered peered = connected.get(0);
    JsonNode keys = session.secret("final", true);
    assertThat(peered.keys().handshakeHash()).isEqualTo(bytes(keys.get("hash")));
    assertThat(peered.keys().tx()).isEqualTo(bytes(keys.get("tx")));
    assertThat(peered.keys().rx()).isEqualTo(bytes(keys.get("rx")));
    FakeStreams.Stream stream = streams.get(peered.streamId());
    assertThat(stream.socket).isEqualTo(socket);
    assertThat(stream.remote).isEqualTo(Ipv4Address.of(HOST, port));
    assertThat(stream.remoteId)
        .isEqualTo(Objects.requireNonNull(session.answer().udx()).streamId());
  }

  /** The server has no relays here, so these are missing in its answer, and all else is there. */
  @Test
  void serverAnswersARelayAndWaitsForTrafficOfItsNetwork() {
    RecordedSession session = new RecordedSession("lan");
    Noise.Client client = session.client();
    NoisePayload recorded = session.answer();
    Side server = new Side(session, false, session.serverPort(false));
    List<Peered> accepted = new ArrayList<>();
    server.peering.listen(
        session.identity(false), ListenOptions.DEFAULT, (peered, now) -> accepted.add(peered), NOW);
    JsonNode brought = session.command("PEER_HANDSHAKE").get(1);
    Ipv4Address relay = address(brought.get("from"));
    server.node.receive(
        DhtNode.CLIENT_SOCKET, relay, ByteBuffer.wrap(bytes(brought.get("hex"))), NOW);

    HandshakeMessage sent =
        HandshakeMessage.decode(
            Objects.requireNonNull(RawRequests.value(server.sentTo(relay).get(0).bytes())));
    JsonNode returned = session.command("PEER_HANDSHAKE").get(2);
    HandshakeMessage expected = HandshakeMessage.decode(bytes(returned.get("valueHex")));
    assertThat(sent.mode()).isEqualTo(expected.mode());
    assertThat(sent.peerAddress()).isEqualTo(expected.peerAddress());
    NoisePayload payload = client.read(sent.noise()).payload();
    assertThat(payload.error()).isEqualTo(recorded.error());
    assertThat(payload.firewall()).isEqualTo(recorded.firewall());
    assertThat(payload.addresses4()).isEqualTo(recorded.addresses4());
    assertThat(payload.udx()).isEqualTo(recorded.udx());
    assertThat(Objects.requireNonNull(payload.holepunch()).id())
        .isEqualTo(Objects.requireNonNull(recorded.holepunch()).id());

    JsonNode first = session.packets("udx").get(0);
    FakeStreams.Stream stream = streams.get(Objects.requireNonNull(recorded.udx()).streamId());
    assertThat(stream.isConnected()).isFalse();
    assertThat(stream.hook.from(DhtNode.SERVER_SOCKET, address(first.get("from")), NOW)).isTrue();
    assertThat(accepted).hasSize(1);
    assertThat(stream.remote).isEqualTo(address(first.get("from")));
    assertThat(stream.remoteId).isEqualTo(Objects.requireNonNull(session.hello().udx()).streamId());
  }

  private Side client(RecordedSession session, DialOptions options) {
    JsonNode request = session.handshakeRequest();
    Side client = new Side(session, true, session.serverPort(true));
    Ipv4Address asked = address(request.get("to"));
    client.peering.dial(
        session.identity(true),
        Key.of(bytes(session.secret("send", false).get("localStatic"))),
        List.of(asked),
        options,
        new DialListener() {
          @Override
          public void connected(Peered peered, long nowNanos) {
            connected.add(peered);
          }

          @Override
          public void failed(DialFailure failure, long nowNanos) {
            throw new AssertionError(failure.sentence());
          }
        },
        NOW);
    client.asked =
        client.sentTo(asked).stream()
            .filter(packet -> packet.bytes().length > 100)
            .findFirst()
            .orElseThrow();
    assertThat(RawRequests.value(client.asked.bytes())).isEqualTo(bytes(request.get("valueHex")));
    return client;
  }

  private static Ipv4Address address(JsonNode port) {
    return Ipv4Address.of(HOST, port.asInt());
  }

  /** A node that has the recorded peer's ports, keys and random numbers. */
  private final class Side {
    final DhtNode node;
    final Peering peering;
    final RecordedSession session;
    final List<Outgoing.Packet> sent = new ArrayList<>();
    Outgoing.Packet asked =
        new Outgoing.Packet(0, Ipv4Address.of(HOST, 1), new byte[0], Outgoing.TTL);

    Side(RecordedSession session, boolean client, int serverPort) {
      this.session = session;
      boolean open = text(session.v.get("scenario")).equals("open");
      Ipv4Address own = Ipv4Address.of(HOST, serverPort);
      DhtOptions options =
          DhtOptions.joining(List.of()).firewalled(!open).publicAddress(open ? own : null);
      Records records = new Records(random, 0, NOW);
      Peering[] later = new Peering[1];
      node = new DhtNode(options, (request, now) -> later[0].serve(request, now), random, NOW);
      streams.nextId = session.streamId(client);
      peering =
          new Peering(
              new Peering.Parts(
                  node,
                  records,
                  new Announcements(node, records),
                  streams,
                  FakeStreams::knock,
                  BlindRelays.NONE),
              PeeringOptions.of(List.of(own.host())),
              new ChosenRandom(2, session.ephemeralSeed(client)));
      later[0] = peering;
      node.start(serverPort, 1, NOW);
      node.onTimeout(NOW);
      assertThat(node.isBootstrapped()).isTrue();
    }

    void takeAnswer() {
      byte[] answer = bytes(session.handshakeReply().get("hex"));
      answer[2] = asked.bytes()[2];
      answer[3] = asked.bytes()[3];
      node.receive(asked.socket(), asked.to(), ByteBuffer.wrap(answer), NOW);
    }

    List<Outgoing.Packet> sentTo(Ipv4Address to) {
      for (Outgoing next; (next = node.nextOutgoing(NOW)) != null; ) {
        if (next instanceof Outgoing.Packet packet) {
          sent.add(packet);
        }
      }
      return sent.stream().filter(packet -> packet.to().equals(to)).toList();
    }
  }
}
