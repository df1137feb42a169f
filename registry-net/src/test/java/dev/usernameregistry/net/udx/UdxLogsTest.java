package dev.usernameregistry.net.udx;

import static dev.usernameregistry.testkit.Vectors.bytes;
import static dev.usernameregistry.testkit.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real traffic between two streams of the reference, from {@code udx.json}: a receiver of ours that
 * gets what one side sent answers what the other side answered.
 */
class UdxLogsTest {
  private static final Vectors VECTORS = Vectors.load("udx");

  /** One datagram of a log. */
  private record Entry(double millis, String from, boolean dropped, byte[] bytes) {
    Packet packet() {
      return Packet.decode(ByteBuffer.wrap(bytes));
    }

    int payloadBytes() {
      return bytes.length - Packet.HEADER_BYTES - packet().dataOffset();
    }
  }

  static Stream<Arguments> logs() {
    return VECTORS.arguments("logs").filter(a -> ((JsonNode) a.get()[1]).has("log"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("logs")
  void receiverAcknowledgesAsTheReferenceDoes(String name, JsonNode log) {
    assertReceiver(log, "A", "B");
    assertReceiver(log, "B", "A");
  }

  private static void assertReceiver(JsonNode log, String sender, String receiver) {
    int seq = (int) log.path("initialSeq" + sender).asLong();
    int localId = log.get("id" + receiver).asInt();
    Driven node = new Driven(UdxOptions.DEFAULT, localId, 0, seq);
    node.stream.connect(0, log.get("id" + sender).asInt(), Driven.PEER, node.nowNanos);
    int salt = log.path("salt").asInt() + (sender.equals("B") ? 1 : 0);
    for (Entry entry : entries(log, sender, seq, salt)) {
      if (!entry.dropped()) {
        node.nowNanos = (long) (entry.millis() * Driven.MILLI);
        node.receive(withoutAck(entry.bytes()));
      }
    }
    assertDelivered(log.get("receivedBy" + receiver), node);
    List<byte[]> ours = new ArrayList<>();
    node.sent.forEach(sent -> ours.add(sent.bytes()));
    assertAnswers(ours, acknowledgements(log, receiver));
  }

  /** Our receiver sends nothing of its own, so what the sender acknowledged would be impossible. */
  private static byte[] withoutAck(byte[] datagram) {
    Packet packet = Packet.decode(ByteBuffer.wrap(datagram));
    byte[] changed = datagram.clone();
    int type = packet.type() & ~Packet.SACK;
    new Packet(type, packet.dataOffset(), packet.id(), packet.window(), packet.seq(), 0)
        .encode(ByteBuffer.wrap(changed));
    return changed;
  }

  private static void assertDelivered(JsonNode received, Driven node) {
    byte[] read = node.read();
    assertThat(read).hasSize(received.get("bytes").asInt());
    assertThat(sum(read)).isEqualTo(text(received.get("sha256")));
    for (JsonNode wanted : received.path("messages")) {
      ByteBuffer message = Objects.requireNonNull(node.stream.nextMessage());
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      if (wanted.has("hex")) {
        assertThat(bytes).isEqualTo(bytes(wanted.get("hex")));
      } else {
        assertThat(sum(bytes)).isEqualTo(text(wanted.get("sha256")));
      }
    }
    assertThat(node.stream.nextMessage()).isNull();
  }

  /**
   * The reference sends one STATE more when its own END is acknowledged, which our receiver does
   * not send, and nothing once it has closed, which our receiver does not do.
   */
  private static void assertAnswers(List<byte[]> ours, List<Entry> theirs) {
    boolean extraSeen = false;
    int i = 0;
    for (Entry entry : theirs) {
      String wanted = answer(entry.bytes());
      if (i < ours.size() && answer(ours.get(i)).equals(wanted)) {
        i++;
      } else {
        assertThat(extraSeen).as("answer %d, want %s", i, wanted).isFalse();
        assertThat(i == 0 || answer(ours.get(i - 1)).equals(wanted)).as("%d", i).isTrue();
        extraSeen = true;
      }
    }
  }

  /** Returns what an acknowledgement says: its type, what is expected next and the blocks. */
  private static String answer(byte[] datagram) {
    Packet packet = Packet.decode(ByteBuffer.wrap(datagram));
    String blocks = HexFormat.of().formatHex(datagram, Packet.HEADER_BYTES, datagram.length);
    return packet.type() + " " + packet.id() + " " + packet.ack() + " " + blocks;
  }

  private static List<Entry> acknowledgements(JsonNode log, String receiver) {
    List<Entry> all = new ArrayList<>();
    for (String leg : List.of("log", "legB")) {
      List<JsonNode> sent = new ArrayList<>();
      log.path(leg).forEach(v -> sent.add(v));
      sent.removeIf(v -> !v.get("from").asText().equals(receiver) || !v.has("hex"));
      sent.sort(Comparator.comparingInt(v -> v.get("i").asInt()));
      sent.forEach(v -> all.add(entry(v, bytes(v.get("hex")))));
    }
    all.removeIf(entry -> (entry.packet().type() & ~Packet.SACK) != 0);
    return all;
  }

  private static Entry entry(JsonNode v, byte[] bytes) {
    return new Entry(
        v.get("t").asDouble(), text(v.get("from")), text(v.get("fate")).equals("drop"), bytes);
  }

  /** Returns what a side sent, payloads filled in, in the order in which it was forwarded. */
  private static List<Entry> entries(JsonNode log, String from, int firstSeq, int salt) {
    List<Entry> entries = new ArrayList<>();
    for (String leg : List.of("log", "legB")) {
      for (JsonNode v : log.path(leg)) {
        if (text(v.get("from")).equals(from)) {
          byte[] bytes =
              v.has("hex")
                  ? bytes(v.get("hex"))
                  : Arrays.copyOf(bytes(v.get("head")), v.get("len").asInt());
          entries.add(entry(v, bytes));
        }
      }
    }
    if (log.has("legB")) {
      entries.sort(Comparator.comparingDouble(Entry::millis));
    }
    if (log.has("salt")) {
      fill(entries, firstSeq, salt);
    }
    return entries;
  }

  /** Writes the pattern into data packets, by the lengths of those with lower numbers. */
  private static void fill(List<Entry> entries, int firstSeq, int salt) {
    Map<Integer, Integer> bytesBySeq = new TreeMap<>();
    for (Entry entry : entries) {
      if (entry.packet().has(Packet.DATA)) {
        bytesBySeq.put(entry.packet().seq() - firstSeq, entry.payloadBytes());
      }
    }
    Map<Integer, Integer> offsetBySeq = new TreeMap<>();
    int offset = 0;
    for (Map.Entry<Integer, Integer> packet : bytesBySeq.entrySet()) {
      offsetBySeq.put(packet.getKey(), offset);
      offset += packet.getValue();
    }
    for (Entry entry : entries) {
      Packet packet = entry.packet();
      if (packet.has(Packet.DATA)) {
        int at = offsetBySeq.getOrDefault(packet.seq() - firstSeq, 0);
        byte[] payload = Pattern.bytes(at, entry.payloadBytes(), salt);
        int start = entry.bytes().length - payload.length;
        System.arraycopy(payload, 0, entry.bytes(), start, payload.length);
      }
    }
  }

  private static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Arguments> relays() {
    return VECTORS.arguments("logs").filter(a -> ((JsonNode) a.get()[1]).has("legA"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("relays")
  void relayPassesOnWhatTheReferencePassesOn(String name, JsonNode log) {
    UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
    int idTowardsA = log.get("relayIdTowardsA").asInt();
    int idTowardsB = log.get("relayIdTowardsB").asInt();
    UdxStream towardsA = streams.create(idTowardsA, FirstPacket.REJECT);
    UdxStream towardsB = streams.create(idTowardsB, FirstPacket.REJECT);
    towardsA.connect(0, log.get("idA").asInt(), Driven.PEER, 0);
    towardsB.connect(1, log.get("idB").asInt(), Driven.PEER.withPort(3000), 0);
    towardsA.relayTo(towardsB);
    towardsB.relayTo(towardsA);
    assertThat(passed(streams, 0, log.get("legA"), "A")).isEqualTo(hexes(log.get("legB"), "relay"));
    assertThat(towardsA.closeReason()).isEqualTo(CloseReason.RESET);
    assertThat(towardsB.closeReason()).isEqualTo(CloseReason.RELAY_CLOSED);
    assertThat(streams.count()).isZero();
  }

  @Test
  void relayPassesOnBothWays() {
    relays().forEach(a -> assertBack((JsonNode) a.get()[1]));
  }

  private static void assertBack(JsonNode log) {
    UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
    UdxStream towardsA = streams.create(log.get("relayIdTowardsA").asInt(), FirstPacket.REJECT);
    UdxStream towardsB = streams.create(log.get("relayIdTowardsB").asInt(), FirstPacket.REJECT);
    towardsA.connect(0, log.get("idA").asInt(), Driven.PEER, 0);
    towardsB.connect(1, log.get("idB").asInt(), Driven.PEER.withPort(3000), 0);
    towardsB.relayTo(towardsA);
    assertThat(passed(streams, 1, log.get("legB"), "B")).isEqualTo(hexes(log.get("legA"), "relay"));
  }

  private static List<String> hexes(JsonNode leg, String from) {
    List<String> hexes = new ArrayList<>();
    leg.forEach(v -> hexes.add(text(v.get("from")).equals(from) ? text(v.get("hex")) : ""));
    hexes.removeIf(String::isEmpty);
    return hexes;
  }

  private static List<String> passed(UdxStreams streams, int socket, JsonNode leg, String from) {
    List<String> passed = new ArrayList<>();
    ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
    for (String hex : hexes(leg, from)) {
      byte[] datagram = HexFormat.of().parseHex(hex);
      assertThat(streams.receive(socket, Driven.PEER, ByteBuffer.wrap(datagram), 0)).isTrue();
      for (Route route; (route = streams.nextDatagram(out, 0)) != null; out.clear()) {
        assertThat(route.socket()).isEqualTo(1 - socket);
        passed.add(HexFormat.of().formatHex(out.array(), 0, out.position()));
      }
    }
    return passed;
  }
}
