package dev.usernameregistry.net.peering;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.bytesOrNull;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.noise.SessionKeys;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchRelay;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code dht.json} holds of handshakes between peers. */
class PeeringVectorsTest {
  private static final Vectors VECTORS = Vectors.load("dht");

  static Stream<Arguments> handshake() {
    return VECTORS.arguments("handshake");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handshake")
  void handshakeMessageIsTheReferences(String name, JsonNode v) {
    JsonNode fields = v.get("fields");
    HandshakeMessage message =
        new HandshakeMessage(
            mode(fields.get("mode").asInt()),
            bytes(fields.get("noise")),
            address(fields.get("peerAddress")),
            address(fields.get("relayAddress")));
    assertThat(message.encode()).isEqualTo(bytes(v.get("hex")));
    assertThat(HandshakeMessage.decode(bytes(v.get("hex"))))
        .usingRecursiveComparison()
        .isEqualTo(message);
  }

  private static HandshakeMode mode(int code) {
    return HandshakeMode.decode(new WireReader(new byte[] {(byte) code}));
  }

  static Stream<Arguments> noisePayload() {
    return VECTORS.arguments("noisePayload");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noisePayload")
  void payloadIsTheReferences(String name, JsonNode v) {
    NoisePayload payload = payload(v.get("fields"));
    assertThat(NoisePayload.decode(bytes(v.get("hex")))).isEqualTo(payload);
    if (v.at("/fields/addresses6").isEmpty()) { // which we read and never write
      assertThat(payload.encode()).isEqualTo(bytes(v.get("hex")));
    }
  }

  static Stream<Arguments> noiseIK() {
    return VECTORS.arguments("noiseIK");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noiseIK")
  void handshakeIsTheReferencesByteForByte(String name, JsonNode v) {
    NoisePayload hello = payload(v.at("/payload1/fields"));
    NoisePayload answer = payload(v.at("/payload2/fields"));
    Noise.Client client =
        new Noise.Client(
            keyPair(v.at("/initiator/staticSeed")),
            keyPair(v.at("/initiator/ephemeralSeed")),
            Key.of(bytes(v.at("/responder/staticPublic"))),
            hello);
    assertThat(client.message()).isEqualTo(bytes(v.get("message1")));

    Noise.Server server =
        new Noise.Server(
            keyPair(v.at("/responder/staticSeed")),
            keyPair(v.at("/responder/ephemeralSeed")),
            client.message());
    assertThat(server.client().bytes()).isEqualTo(bytes(v.at("/initiator/staticPublic")));
    assertThat(server.payload()).isEqualTo(hello);
    assertThat(server.answer(answer)).isEqualTo(bytes(v.get("message2")));

    Noise.Agreed read = client.read(bytes(v.get("message2")));
    assertThat(read.payload()).isEqualTo(answer);
    JsonNode result = v.get("result");
    assertKeys(read, true, result.get("initiatorTx"), result.get("initiatorRx"), result);
    assertKeys(
        server.agreed(), false, result.get("initiatorRx"), result.get("initiatorTx"), result);
  }

  private static void assertKeys(
      Noise.Agreed agreed, boolean initiator, JsonNode tx, JsonNode rx, JsonNode result) {
    SessionKeys keys = agreed.keys();
    assertThat(keys.initiator()).isEqualTo(initiator);
    assertThat(keys.tx()).isEqualTo(bytes(tx));
    assertThat(keys.rx()).isEqualTo(bytes(rx));
    JsonNode hash = result.has("hash") ? result.get("hash") : result.get("handshakeHash");
    assertThat(keys.handshakeHash()).isEqualTo(bytes(hash));
    assertThat(agreed.holepunchSecret()).isEqualTo(bytes(result.get("holepunchSecret")));
  }

  static Stream<Arguments> sessions() {
    return VECTORS
        .arguments("sessions")
        .filter(session -> !((JsonNode) session.get()[1]).at("/secrets/noise").isEmpty());
  }

  /** Both peers of a recorded session, played again with their random numbers. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void recordedPeersAgreeAsTheyDidThen(String name, JsonNode v) {
    RecordedSession session = new RecordedSession(v);
    JsonNode sentFirst = session.secret("send", true);
    JsonNode sentSecond = session.secret("send", false);
    JsonNode finalClient = session.secret("final", true);
    JsonNode finalServer = session.secret("final", false);
    assertThat(session.hello().encode()).isEqualTo(bytes(sentFirst.get("payload")));
    assertThat(session.answer().encode()).isEqualTo(bytes(sentSecond.get("payload")));

    Noise.Client client = session.client();
    assertThat(client.message()).isEqualTo(bytes(sentFirst.get("message")));
    KeyPair ephemeral = KeyPair.fromSeed(session.ephemeralSeed(false));
    Noise.Server server = new Noise.Server(session.identity(false), ephemeral, client.message());
    assertThat(server.answer(session.answer())).isEqualTo(bytes(sentSecond.get("message")));
    assertKeys(
        client.read(bytes(sentSecond.get("message"))),
        true,
        finalClient.get("tx"),
        finalClient.get("rx"),
        finalClient);
    assertKeys(server.agreed(), false, finalServer.get("tx"), finalServer.get("rx"), finalServer);
    assertPackets(session, client.message(), bytes(sentSecond.get("message")));
  }

  /** Each recorded packet of the handshake is what its sender makes of the one before. */
  private static void assertPackets(RecordedSession session, byte[] first, byte[] second) {
    Key target = PeerRecord.target(session.identity(false).publicKey());
    for (JsonNode packet : session.command("PEER_HANDSHAKE")) {
      assertThat(bytes(packet.get("target"))).isEqualTo(target.bytes());
      HandshakeMessage message = HandshakeMessage.decode(bytes(packet.get("valueHex")));
      assertThat(message.encode()).isEqualTo(bytes(packet.get("valueHex")));
      boolean back = message.mode() == HandshakeMode.FROM_SERVER;
      assertThat(message.noise()).isEqualTo(back ? second : first);
    }
    HandshakeMessage reply =
        HandshakeMessage.decode(bytes(session.handshakeReply().get("valueHex")));
    assertThat(reply.mode()).isEqualTo(HandshakeMode.REPLY);
    assertThat(reply.noise()).isEqualTo(second);
  }

  private static KeyPair keyPair(JsonNode seed) {
    return KeyPair.fromSeed(bytes(seed));
  }

  private static NoisePayload payload(JsonNode fields) {
    JsonNode udx = fields.get("udx");
    return new NoisePayload(
        fields.path("version").asLong(1),
        fields.get("error").asLong(),
        NatKind.of(fields.get("firewall").asLong()),
        holepunch(fields.get("holepunch")),
        addresses(fields.get("addresses4")),
        new Udx(udx.get("reusableSocket").asBoolean(), (int) udx.get("id").asLong()),
        relayThrough(fields.path("relayThrough")),
        addresses(fields.path("relayAddresses")));
  }

  private static @Nullable Holepunch holepunch(JsonNode v) {
    if (v.isNull()) {
      return null;
    }
    List<PunchRelay> relays = new ArrayList<>();
    for (JsonNode relay : v.get("relays")) {
      relays.add(
          new PunchRelay(
              Objects.requireNonNull(address(relay.get("relayAddress"))),
              Objects.requireNonNull(address(relay.get("peerAddress")))));
    }
    return new Holepunch(v.get("id").asLong(), relays);
  }

  private static @Nullable RelayThrough relayThrough(JsonNode v) {
    byte[] publicKey = bytesOrNull(v.path("publicKey"));
    byte[] token = bytesOrNull(v.path("token"));
    return publicKey == null || token == null
        ? null
        : new RelayThrough(Key.of(publicKey), Key.of(token));
  }

  private static List<Ipv4Address> addresses(JsonNode array) {
    List<Ipv4Address> addresses = new ArrayList<>();
    array.forEach(v -> addresses.add(Objects.requireNonNull(address(v))));
    return addresses;
  }

  private static @Nullable Ipv4Address address(JsonNode v) {
    return v.isNull() ? null : Ipv4Address.of(text(v.get("host")), v.get("port").asInt());
  }
}
