package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PunchVectorsTest {
  private static final Vectors VECTORS = Vectors.load("dht");

  static Stream<Arguments> messages() {
    return VECTORS.arguments("holepunch");
  }

  static Stream<Arguments> payloads() {
    return VECTORS.arguments("holepunchPayload");
  }

  static Stream<Arguments> nats() {
    return VECTORS.arguments("holepunchNat");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void messageIsTheReferences(String name, JsonNode vector) {
    JsonNode fields = vector.get("fields");
    HolepunchMessage message =
        new HolepunchMessage(
            fields.get("mode").asInt(),
            fields.get("id").asLong(),
            Vectors.bytes(fields.get("payload")),
            address(fields.get("peerAddress")));
    byte[] bytes = Vectors.bytes(vector.get("hex"));
    assertThat(message.encode()).isEqualTo(bytes);
    assertThat(HolepunchMessage.decode(bytes)).usingRecursiveComparison().isEqualTo(message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("payloads")
  void payloadIsTheReferences(String name, JsonNode vector) {
    PunchPayload payload = payload(vector.get("fields"));
    byte[] bytes = Vectors.bytes(vector.get("hex"));
    assertThat(payload.encode()).isEqualTo(bytes);
    assertThat(PunchPayload.decode(bytes)).isEqualTo(payload);
  }

  @Test
  void boxesAreTheReferences() {
    JsonNode boxes = VECTORS.get("holepunchBoxes");
    byte[] secret = Vectors.bytes(boxes.get("key"));
    assertThat(boxes.get("boxes")).isNotEmpty();
    for (JsonNode vector : boxes.get("boxes")) {
      byte[] plain = Vectors.bytes(vector.get("plain"));
      byte[] box = Vectors.bytes(vector.get("box"));
      assertThat(PunchBox.seal(plain, Vectors.bytes(vector.get("nonce")), secret)).isEqualTo(box);
      assertThat(PunchBox.open(box, secret)).isEqualTo(plain);
      assertThat(new PunchBox(secret, new SeededRandom(1)).open(box))
          .isEqualTo(payload(vector.get("fields")));
    }
  }

  @Test
  void tokensAreTheReferences() {
    JsonNode tokens = VECTORS.get("holepunchBoxes").get("tokens");
    assertThat(tokens).isNotEmpty();
    for (JsonNode vector : tokens) {
      Ipv4Address address = Ipv4Address.of(vector.get("host").asText(), 1);
      assertThat(PunchBox.token(Vectors.bytes(vector.get("localSecret")), address).hex())
          .isEqualTo(vector.get("token").asText());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nats")
  void natIsClassifiedAsByTheReference(String name, JsonNode vector) {
    boolean firewalled = vector.get("dhtFirewalled").asBoolean();
    NatSamples samples = new NatSamples(() -> firewalled);
    for (int i = 0; i < vector.get("samples").size(); i++) {
      JsonNode sample = vector.get("samples").get(i);
      Ipv4Address address = Ipv4Address.of(sample.get(0).asText(), sample.get(1).asInt());
      samples.add(SimulatedAir.node(i), address);
      JsonNode after = vector.get("after").get(i);
      assertThat(samples.kind().code()).as("sample %s", i).isEqualTo(after.get("firewall").asInt());
      assertThat(samples.addresses()).isEqualTo(addresses(after.get("addresses")));
    }
  }

  private static PunchPayload payload(JsonNode fields) {
    return new PunchPayload(
        fields.get("error").asInt(),
        NatKind.of(fields.get("firewall").asInt()),
        fields.get("round").asInt(),
        fields.get("connected").asBoolean(),
        fields.get("punching").asBoolean(),
        addresses(fields.get("addresses")),
        address(fields.get("remoteAddress")),
        key(fields.get("token")),
        key(fields.get("remoteToken")));
  }

  private static @Nullable List<Ipv4Address> addresses(JsonNode array) {
    if (array.isNull()) {
      return null;
    }
    List<Ipv4Address> addresses = new ArrayList<>();
    array.forEach(element -> addresses.add(address(element)));
    return addresses;
  }

  private static @Nullable Ipv4Address address(JsonNode value) {
    return value.isNull()
        ? null
        : Ipv4Address.of(value.get("host").asText(), value.get("port").asInt());
  }

  private static @Nullable Key key(JsonNode value) {
    return value.isNull() ? null : Key.of(Vectors.bytes(value));
  }
}
