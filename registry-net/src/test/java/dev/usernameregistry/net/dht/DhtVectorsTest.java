package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.RoutingTable.Entry;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets, ids, tokens, routing and NAT samples as dht-rpc has them. */
final class DhtVectorsTest {
  private static final Vectors VECTORS = Vectors.load("dht");

  static Stream<Arguments> requests() {
    return VECTORS.arguments("requests");
  }

  static Stream<Arguments> replies() {
    return VECTORS.arguments("replies");
  }

  static Stream<Arguments> invalid() {
    return VECTORS.arguments("invalid");
  }

  static Stream<Arguments> nodeIds() {
    return VECTORS.arguments("nodeIds");
  }

  static Stream<Arguments> natSampler() {
    return VECTORS.arguments("natSampler");
  }

  static Stream<Arguments> sessions() {
    return VECTORS.arguments("sessions");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void requestIsReadAndWrittenAsTheReferenceDoes(String name, JsonNode vector) {
    JsonNode fields = vector.get("fields");
    RpcPacket.Ask packet = ask(Vectors.bytes(vector.get("hex")));

    assertThat(packet.tid()).isEqualTo(fields.get("tid").asInt());
    assertThat(packet.to()).isEqualTo(address(fields.get("to")));
    assertThat(packet.id()).isEqualTo(keyOrNull(fields.get("id")));
    assertThat(packet.token()).isEqualTo(Vectors.bytesOrNull(fields.get("token")));
    assertThat(packet.internal()).isEqualTo(fields.get("internal").asBoolean());
    assertThat(packet.command()).isEqualTo(fields.get("command").asInt());
    assertThat(packet.target()).isEqualTo(keyOrNull(fields.get("target")));
    assertThat(packet.value()).isEqualTo(Vectors.bytesOrNull(fields.get("value")));
    assertThat(hex(packet.encode())).isEqualTo(vector.get("hex").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void replyIsReadAndWrittenAsTheReferenceDoes(String name, JsonNode vector) {
    JsonNode fields = vector.get("fields");
    RpcPacket.Answer packet = answer(Vectors.bytes(vector.get("hex")));

    List<Ipv4Address> closer = new ArrayList<>();
    fields.get("closerNodes").forEach(node -> closer.add(address(node)));
    assertThat(packet.tid()).isEqualTo(fields.get("tid").asInt());
    assertThat(packet.to()).isEqualTo(address(fields.get("to")));
    assertThat(packet.id()).isEqualTo(keyOrNull(fields.get("id")));
    assertThat(packet.token()).isEqualTo(Vectors.bytesOrNull(fields.get("token")));
    assertThat(packet.closerNodes()).isEqualTo(closer);
    assertThat(packet.error()).isEqualTo(fields.get("error").asInt());
    assertThat(packet.value()).isEqualTo(Vectors.bytesOrNull(fields.get("value")));
    assertThat(hex(packet.encode())).isEqualTo(vector.get("hex").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void whatIsNoRequestIsIgnored(String name, JsonNode vector) {
    DhtNode node =
        new DhtNode(
            DhtOptions.bootstrapper(Ipv4Address.of("127.0.0.1", 49737)),
            RequestServer.NONE,
            new SeededRandom(1),
            0);
    node.start(49737, 50000, 0);
    Ipv4Address from = Ipv4Address.of("127.0.0.1", 50001);
    ByteBuffer datagram = ByteBuffer.wrap(Vectors.bytes(vector.get("hex")));

    node.receive(DhtNode.SERVER_SOCKET, from, datagram, 0);

    boolean accepted = vector.get("expect").asText().equals("accepted-with-null-id");
    assertThat(node.nextOutgoing(0) != null).isEqualTo(accepted);
    assertThat(node.nodes(10)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nodeIds")
  void idIsTheHashOfTheAddress(String name, JsonNode vector) {
    assertThat(RoutingTable.idOf(address(vector)))
        .isEqualTo(Key.fromHex(vector.get("id").asText()));
  }

  @Test
  void tokensAreThoseOfTheReference() {
    JsonNode vectors = VECTORS.get("tokens");
    assertThat(vectors.get("list")).isNotEmpty();
    for (JsonNode vector : vectors.get("list")) {
      byte[] oldSecret = Vectors.bytes(vector.get("secretOld"));
      byte[] newSecret = Vectors.bytes(vector.get("secretNew"));
      Tokens tokens = new Tokens(oldSecret, newSecret, 0);
      Ipv4Address host = Ipv4Address.of(vector.get("host").asText(), 1);
      byte[] issued = Vectors.bytes(vector.get("issued"));

      assertThat(tokens.issue(host, 0)).isEqualTo(issued);
      assertThat(tokens.accepts(issued, host.withPort(2), 0)).isTrue();
      assertThat(tokens.accepts(Vectors.bytes(vector.get("alsoAccepted")), host, 0)).isTrue();
    }
  }

  @Test
  void tokenSecretsRotateAsInTheReference() {
    JsonNode rotation = VECTORS.get("tokens").get("rotation");
    List<byte[]> before = Vectors.bytesList(rotation.get("before"));
    List<byte[]> after = Vectors.bytesList(rotation.get("after"));
    Ipv4Address host = Ipv4Address.of("10.1.2.3", 1);

    byte[] rotated = new Tokens(before.get(0), before.get(1), 0).issue(host, Tokens.ROTATION_NANOS);

    assertThat(rotated).isEqualTo(new Tokens(after.get(0), after.get(1), 0).issue(host, 0));
  }

  @Test
  void nodesGoIntoTheRowsAndComeBackInTheOrderOfTheReference() {
    JsonNode routing = VECTORS.get("routing");
    RoutingTable table = new RoutingTable(Key.fromHex(routing.get("tableId").asText()));
    for (JsonNode node : routing.get("inserted")) {
      Key id = Key.fromHex(node.get("id").asText());
      assertThat(RoutingTable.idOf(address(node))).isEqualTo(id);
      assertThat(table.rowOf(id)).isEqualTo(node.get("row").asInt());
      table.add(new Entry(id, address(node)));
    }
    assertThat(routing.get("closest")).isNotEmpty();
    for (JsonNode vector : routing.get("closest")) {
      Key target = Key.fromHex(vector.get("target").asText());
      List<String> order = new ArrayList<>();
      for (Entry entry : table.closest(target, vector.get("k").asInt())) {
        order.add(entry.id.hex().substring(0, 16));
      }
      List<String> want = new ArrayList<>();
      vector.get("order").forEach(id -> want.add(id.asText()));
      assertThat(table.rowOf(target)).isEqualTo(vector.get("row").asInt());
      assertThat(order).isEqualTo(want);
    }
  }

  @Test
  void idsAreSortedByDistanceAsTheReferenceDoes() {
    JsonNode vector = VECTORS.get("routing").get("xorSort");
    Key target = Key.fromHex(vector.get("target").asText());
    Comparator<Key> byDistance = (a, b) -> RoutingTable.compareDistance(target, a, b);

    List<Key> sorted = keys(vector.get("ids")).stream().sorted(byDistance).toList();

    assertThat(sorted).isNotEmpty().isEqualTo(keys(vector.get("sorted")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("natSampler")
  void samplerConcludesAsTheReferenceDoes(String name, JsonNode vector) {
    NatSampler sampler = new NatSampler();
    int n = 0;
    for (JsonNode sample : vector.get("samples")) {
      sampler.add(Ipv4Address.of(sample.get(0).asText(), sample.get(1).asInt()));
      JsonNode want = vector.get("after").get(n++);
      assertThat(sampler.address())
          .as("after %d samples", n)
          .isEqualTo(want.get("host").isNull() ? null : address(want));
      assertThat(sampler.size()).isEqualTo(want.get("size").asInt());
    }
    assertThat(n).isPositive();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void recordedPacketsAreReadAndWritten(String name, JsonNode session) {
    int packets = 0;
    for (JsonNode packet : session.get("packets")) {
      byte[] bytes = Vectors.bytes(packet.get("hex"));
      Ipv4Address from = Ipv4Address.of("127.0.0.1", packet.get("from").asInt());
      Ipv4Address to = Ipv4Address.of("127.0.0.1", packet.get("to").asInt());
      @Nullable Key id = null;
      if (packet.get("kind").asText().equals("dht-request")) {
        RpcPacket.Ask ask = ask(bytes);
        assertThat(ask.encode()).isEqualTo(bytes);
        assertThat(ask.to()).isEqualTo(to);
        id = ask.id();
      } else if (packet.get("kind").asText().equals("dht-reply")) {
        RpcPacket.Answer answer = answer(bytes);
        assertThat(answer.encode()).isEqualTo(bytes);
        assertThat(answer.to()).isEqualTo(to);
        id = answer.id();
      }
      if (id != null) {
        assertThat(id).isEqualTo(RoutingTable.idOf(from));
      }
      packets++;
    }
    assertThat(packets).isPositive();
  }

  /** Why we may insist on the source of a reply: in all that was recorded it is who was asked. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void everyRecordedReplyComesFromWhoWasAsked(String name, JsonNode session) {
    Map<Integer, List<Integer>> asked = new HashMap<>();
    int replies = 0;
    for (JsonNode packet : session.get("packets")) {
      int tid = packet.path("tid").asInt();
      if (packet.get("kind").asText().equals("dht-request")) {
        asked.computeIfAbsent(tid, key -> new ArrayList<>()).add(packet.get("to").asInt());
      } else if (packet.get("kind").asText().equals("dht-reply")) {
        assertThat(asked).containsKey(tid);
        assertThat(asked.get(tid)).contains(packet.get("from").asInt());
        replies++;
      }
    }
    assertThat(replies).isPositive();
  }

  /** Tokens of recorded replies are what our scheme issues from the recorded secrets. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  void recordedTokensComeFromTheRecordedSecrets(String name, JsonNode session) {
    Map<Integer, Tokens> tokens = new HashMap<>();
    for (JsonNode node : session.get("secrets").get("nodes")) {
      if (node.has("tokenSecrets")) {
        List<byte[]> secrets = Vectors.bytesList(node.get("tokenSecrets"));
        tokens.put(node.get("port").asInt(), new Tokens(secrets.get(0), secrets.get(1), 0));
      }
    }
    for (JsonNode packet : session.get("packets")) {
      Tokens ofReplier = tokens.get(packet.get("from").asInt());
      if (packet.get("kind").asText().equals("dht-reply") && ofReplier != null) {
        RpcPacket.Answer answer = answer(Vectors.bytes(packet.get("hex")));
        byte[] token = answer.token();
        assertThat(token == null || ofReplier.accepts(token, answer.to(), 0)).isTrue();
      }
    }
  }

  @Test
  void longerSpellingsAndTrailingBytesAreAccepted() {
    RpcPacket.Ask ask = ask(HexFormat.of().parseHex("03fd040001007f00000149c2fd0000ffff"));

    assertThat(ask.internal()).isTrue();
    assertThat(ask.command()).isEqualTo(Request.PING);
  }

  private static RpcPacket.Ask ask(byte[] datagram) {
    assertThat(datagram[0]).isEqualTo((byte) RpcPacket.ASK);
    return RpcPacket.Ask.decode(ByteBuffer.wrap(datagram, 1, datagram.length - 1));
  }

  private static RpcPacket.Answer answer(byte[] datagram) throws MalformedMessageException {
    assertThat(datagram[0]).isEqualTo((byte) RpcPacket.ANSWER);
    return RpcPacket.Answer.decode(ByteBuffer.wrap(datagram, 1, datagram.length - 1));
  }

  private static Ipv4Address address(JsonNode node) {
    return Ipv4Address.of(node.get("host").asText(), node.get("port").asInt());
  }

  private static @Nullable Key keyOrNull(JsonNode hex) {
    return hex.isNull() ? null : Key.fromHex(hex.asText());
  }

  private static List<Key> keys(JsonNode array) {
    List<Key> keys = new ArrayList<>();
    array.forEach(hex -> keys.add(Key.fromHex(hex.asText())));
    return keys;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
