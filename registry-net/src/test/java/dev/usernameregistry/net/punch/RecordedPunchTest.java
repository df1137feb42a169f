package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The punch of two reference peers, with either of them replaced by ours. */
class RecordedPunchTest {
  private static final Vectors VECTORS = Vectors.load("dht");

  private final ScriptedNode node = new ScriptedNode();
  private final List<String> outcomes = new ArrayList<>();
  private final PunchListener listener =
      new PunchListener() {
        @Override
        public void connected(int socket, Ipv4Address remote, long nowNanos) {
          outcomes.add("connected " + socket + " " + remote);
        }

        @Override
        public void failed(PunchFailure reason, long nowNanos) {
          outcomes.add("failed " + reason);
        }
      };

  private final JsonNode session;
  private final byte[] secret;
  private final JsonNode request;
  private final HolepunchMessage asked;
  private final Ipv4Address clientAddress;
  private final Ipv4Address relay;
  private final Ipv4Address serverAddress;

  RecordedPunchTest() {
    session =
        VECTORS.cases("sessions").stream()
            .filter(candidate -> candidate.get("scenario").asText().equals("holepunch"))
            .findFirst()
            .orElseThrow();
    secret =
        elements(session.get("secrets").get("noise"))
            .filter(noise -> noise.has("holepunchSecret"))
            .map(noise -> Vectors.bytes(noise.get("holepunchSecret")))
            .findFirst()
            .orElseThrow();
    request =
        elements(session.get("packets"))
            .filter(packet -> packet.path("command").asText().equals("PEER_HOLEPUNCH"))
            .filter(packet -> message(packet).mode() == HolepunchMessage.FROM_CLIENT)
            .findFirst()
            .orElseThrow();
    asked = message(request);
    clientAddress = port(request.get("from"));
    relay = port(request.get("to"));
    serverAddress =
        elements(session.get("packets"))
            .filter(packet -> packet.get("kind").asText().equals("probe"))
            .filter(packet -> packet.get("ttl").asInt() == PunchSockets.TTL_OPENING)
            .map(packet -> port(packet.get("to")))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void ourClientSaysWhatTheirsSaid() {
    ClientPunch punch = startClient();
    assertThat(node.pings).extracting(ScriptedNode.Pinged::node).isEqualTo(node.known);
    assertThat(node.probes)
        .containsExactly(new ScriptedNode.Probed(2, serverAddress, PunchSockets.TTL_OPENING));
    PunchNode.Question question = node.lastAsked().question();
    assertThat(question.relay()).isEqualTo(relay);
    assertThat(question.peerAddress()).isEqualTo(SimulatedAir.otherEnd(asked));
    assertThat(open(question.payload())).isEqualTo(open(asked.payload()));

    punch.probe(2, serverAddress, 5);
    assertThat(outcomes).containsExactly("connected 2 " + serverAddress);
  }

  @Test
  void ourClientGoesOnAfterTheirServersAnswer() {
    ClientPunch punch = startClient();
    node.answerPings(1, clientAddress);
    HolepunchMessage answer = reply();
    PunchPayload said = open(answer.payload());
    node.lastAsked()
        .listener()
        .answered(clientAddress, SimulatedAir.otherEnd(answer), answer.payload(), 2);

    assertThat(node.asked).hasSize(2);
    PunchNode.Question question = node.lastAsked().question();
    assertThat(question.relay()).isEqualTo(relay);
    assertThat(question.peerAddress()).isEqualTo(serverAddress);
    PunchPayload offer = open(question.payload());
    assertThat(offer.punching()).isTrue();
    assertThat(offer.round()).isEqualTo(1);
    assertThat(offer.firewall()).isEqualTo(NatKind.CONSISTENT);
    assertThat(offer.addresses()).containsExactly(clientAddress);
    assertThat(offer.remoteToken()).isEqualTo(said.token());
    punch.close(3);
    assertThat(node.open).isEmpty();
  }

  @Test
  void ourServerAnswersWhatTheirsAnswered() {
    node.known.addAll(pingedFrom(serverAddress));
    ServerPunch punch =
        new ServerPunch(
            node.context(1),
            new ServerPunch.Setup(secret, NatKind.UNKNOWN, clientAddress, false),
            listener);
    punch.start(0);
    assertThat(node.pings).hasSameSizeAs(node.known);
    List<byte[]> answers = new ArrayList<>();
    punch.receive(
        new PunchRequest(
            asked.payload(), clientAddress, relay, SimulatedAir.otherEnd(asked), 1, true),
        (socket, payload) -> answers.add(payload),
        1);
    assertThat(answers).isEmpty();
    node.answerPings(2, serverAddress);

    assertThat(node.probes)
        .containsExactly(new ScriptedNode.Probed(2, clientAddress, PunchSockets.TTL));
    assertThat(answers).hasSize(1);
    PunchPayload ours = open(answers.get(0));
    PunchPayload theirs = open(reply().payload());
    assertThat(ours).usingRecursiveComparison().ignoringFields("token").isEqualTo(theirs);
    assertThat(ours.token()).isNotNull();
  }

  @Test
  void theirTokensAreMadeAsOurs() {
    for (JsonNode sealed : session.get("secrets").get("holepunch")) {
      Key token = PunchPayload.decode(Vectors.bytes(sealed.get("plain"))).token();
      if (token != null) {
        byte[] localSecret = Vectors.bytes(sealed.get("localSecret"));
        assertThat(PunchBox.token(localSecret, clientAddress)).isEqualTo(token);
      }
    }
  }

  private ClientPunch startClient() {
    node.known.addAll(pingedFrom(clientAddress));
    ClientPunch punch =
        new ClientPunch(
            node.context(1),
            new ClientPunch.Setup(
                secret,
                NatKind.UNKNOWN,
                serverAddress,
                relay,
                List.of(new PunchRelay(relay, SimulatedAir.otherEnd(asked))),
                false),
            listener);
    punch.start(0);
    return punch;
  }

  private List<Ipv4Address> pingedFrom(Ipv4Address socket) {
    List<Ipv4Address> nodes = new ArrayList<>();
    for (JsonNode packet : session.get("packets")) {
      if (packet.path("command").asText().equals("PING")
          && port(packet.get("from")).equals(socket)) {
        nodes.add(port(packet.get("to")));
      }
    }
    assertThat(nodes).isNotEmpty();
    return nodes;
  }

  private PunchPayload open(byte[] box) {
    return Objects.requireNonNull(new PunchBox(secret, new SeededRandom(1)).open(box));
  }

  /** Returns what the relay brought back to the client. */
  private HolepunchMessage reply() {
    return elements(session.get("packets"))
        .filter(packet -> packet.get("kind").asText().equals("dht-reply"))
        .filter(packet -> packet.get("tid").equals(request.get("tid")))
        .filter(packet -> packet.get("to").equals(request.get("from")))
        .map(RecordedPunchTest::message)
        .findFirst()
        .orElseThrow();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static HolepunchMessage message(JsonNode packet) {
    return HolepunchMessage.decode(Vectors.bytes(packet.get("valueHex")));
  }

  private static Ipv4Address port(JsonNode port) {
    return Ipv4Address.of("127.0.0.1", port.asInt());
  }
}
