package dev.usernameregistry.net.udx;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The packets that {@code udx.json} holds of the reference, and how its streams behaved. */
class UdxVectorsTest {
  private static final Vectors VECTORS = Vectors.load("udx");

  /** How exactly repeated packets are to leave at the time that the reference needed, ms. */
  private static final long TOLERANCE_MILLIS = 300;

  static Stream<Arguments> packets() {
    return VECTORS.arguments("packets");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("packets")
  void packetIsReadAndWritten(String name, JsonNode v) {
    byte[] hex = bytes(v.get("hex"));
    ByteBuffer datagram = ByteBuffer.wrap(hex);
    JsonNode fields = v.get("fields");
    assertThat(Packet.isPacket(datagram)).isTrue();
    Packet packet = Packet.decode(datagram);
    assertThat(packet).isEqualTo(expected(fields));
    assertThat(Packet.id(datagram)).isEqualTo(packet.id());
    List<List<Long>> sacks = new ArrayList<>();
    SeqRanges ranges = new SeqRanges();
    for (int i = 0; i < SackBlocks.count(packet, datagram); i++) {
      int start = SackBlocks.start(datagram, i);
      int end = SackBlocks.end(datagram, i);
      sacks.add(List.of(Integer.toUnsignedLong(start), Integer.toUnsignedLong(end)));
      ranges.add(start, end);
    }
    assertThat(sacks).isEqualTo(pairs(fields.path("sacks")));
    byte[] payload = bytes(v.get("payload"));
    ByteBuffer out = ByteBuffer.allocate(hex.length);
    packet.encode(out);
    if (packet.has(Packet.SACK)) {
      SackBlocks.encode(ranges, 0, out);
    } else {
      out.position(out.position() + packet.dataOffset());
    }
    out.put(payload);
    assertThat(out.array()).isEqualTo(hex);
  }

  private static Packet expected(JsonNode fields) {
    return new Packet(
        fields.get("type").asInt(),
        fields.get("dataOffset").asInt(),
        (int) fields.get("remoteId").asLong(),
        (int) fields.get("rwnd").asLong(),
        (int) fields.get("seq").asLong(),
        (int) fields.get("ack").asLong());
  }

  private static List<List<Long>> pairs(JsonNode sacks) {
    List<List<Long>> pairs = new ArrayList<>();
    sacks.forEach(pair -> pairs.add(List.of(pair.get(0).asLong(), pair.get(1).asLong())));
    return pairs;
  }

  static Stream<Arguments> behaviour() {
    return VECTORS.arguments("behaviour");
  }

  /** Tombstones are ours; the reference has none, so they are off here. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("behaviour")
  void streamAnswersAsTheReferenceDoes(String name, JsonNode v) {
    UdxOptions options = new UdxOptions(4 << 20, 256 << 10, 1500, 0);
    int initialSeq = (int) v.get("initialSeq").asLong();
    int initialAck = (int) v.get("initialAck").asLong();
    Driven node = new Driven(options, (int) v.get("localId").asLong(), initialSeq, initialAck);
    node.stream.connect(0, (int) v.get("remoteId").asLong(), Driven.PEER, node.nowNanos);
    Application application = new Application(node);
    for (JsonNode step : v.get("steps")) {
      String note = text(step.get("note"));
      long start = node.nowNanos;
      node.sent.clear();
      application.act(step);
      node.run(step.get("waitMs").asLong() * Driven.MILLI);
      List<JsonNode> replies = new ArrayList<>();
      step.get("replies").forEach(replies::add);
      assertThat(node.sent).as(note).hasSameSizeAs(replies);
      for (int i = 0; i < replies.size(); i++) {
        assertSent(note + ", reply " + i, node.sent.get(i), replies.get(i), start);
      }
      application.check(note, step.get("events"));
    }
  }

  private static void assertSent(String what, Driven.Sent sent, JsonNode reply, long start) {
    assertThat(sent.route()).isEqualTo(new Route(0, Driven.PEER));
    if (reply.has("hex")) {
      assertThat(sent.bytes()).as(what).isEqualTo(bytes(reply.get("hex")));
    } else {
      byte[] head = Arrays.copyOf(sent.bytes(), Packet.HEADER_BYTES);
      assertThat(head).as(what).isEqualTo(bytes(reply.get("head")));
      assertThat(sent.bytes()).as(what).hasSize(reply.get("len").asInt());
    }
    if (reply.has("after")) {
      long after = (sent.nanos() - start) / Driven.MILLI;
      long wanted = reply.get("after").asLong();
      assertThat(after).as(what).isBetween(wanted - TOLERANCE_MILLIS, wanted + TOLERANCE_MILLIS);
    }
  }
}
