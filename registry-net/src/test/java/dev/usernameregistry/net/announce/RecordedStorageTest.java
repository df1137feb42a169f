package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions of the reference: its storing nodes are replaced by ours and must answer the same. */
class RecordedStorageTest {
  private static final Vectors VECTORS = Vectors.load("dht");
  private static final Ipv4Address LOOPBACK = Ipv4Address.of("127.0.0.1", 0);

  /** What the reference replied, or what our answer would become. */
  private record Told(boolean token, long error, @Nullable String valueHex) {}

  private final Map<Integer, Records> nodes = new HashMap<>();
  private final Map<String, Integer> asked = new HashMap<>();

  @Test
  void storingNodesAnswerAsRecorded() {
    for (JsonNode session : VECTORS.cases("sessions")) {
      nodes.clear();
      replay(session);
    }
    assertThat(asked)
        .containsKeys(
            "LOOKUP",
            "ANNOUNCE",
            "UNANNOUNCE",
            "FIND_PEER",
            "MUTABLE_GET",
            "MUTABLE_PUT",
            "IMMUTABLE_GET",
            "IMMUTABLE_PUT");
    assertThat(asked.values()).allMatch(count -> count >= 3);
  }

  private void replay(JsonNode session) {
    Map<Integer, Key> ids = storingNodes(session);
    Map<String, Told> replies = new HashMap<>();
    session.get("packets").forEach(packet -> addReply(packet, replies));
    for (JsonNode packet : session.get("packets")) {
      Key id = ids.get(packet.get("to").asInt());
      JsonNode reply = packet.get("tid");
      if (id == null || reply == null || !isServed(packet)) {
        continue;
      }
      Told told = replies.get(link(packet, "from", "to"));
      if (told == null || told.error() == 1) {
        continue; // asked before the node had its id
      }
      String command = packet.get("command").asText();
      assertThat(answer(packet, id)).as("%s %s", command, packet.get("t")).isEqualTo(told);
      asked.merge(command, 1, Integer::sum);
    }
  }

  private static boolean isServed(JsonNode packet) {
    int command = VECTORS.get("constants").get("commands").path(text(packet, "command")).asInt();
    return packet.get("kind").asText().equals("dht-request") && command >= Command.FIND_PEER;
  }

  private static String text(JsonNode packet, String field) {
    return packet.path(field).asText();
  }

  private static Map<Integer, Key> storingNodes(JsonNode session) {
    Map<Integer, Key> ids = new HashMap<>();
    for (JsonNode node : session.get("secrets").get("nodes")) {
      if (!node.get("ephemeral").asBoolean()) {
        ids.put(node.get("port").asInt(), Key.fromHex(text(node, "id")));
      }
    }
    return ids;
  }

  private static void addReply(JsonNode packet, Map<String, Told> replies) {
    if (packet.get("kind").asText().equals("dht-reply")) {
      JsonNode value = packet.get("valueHex");
      replies.put(
          link(packet, "to", "from"),
          new Told(
              packet.get("hasToken").asBoolean(),
              packet.get("error").asLong(),
              value == null || value.isNull() ? null : value.asText()));
    }
  }

  private static String link(JsonNode packet, String asking, String answering) {
    return text(packet, "tid") + " " + text(packet, asking) + " " + text(packet, answering);
  }

  private Told answer(JsonNode packet, Key id) {
    Records records =
        nodes.computeIfAbsent(packet.get("to").asInt(), p -> new Records(new Random(1), 0, 0));
    byte[] value = Vectors.bytesOrNull(packet.get("valueHex"));
    Ask ask =
        new Ask(
            VECTORS.get("constants").get("commands").get(text(packet, "command")).asInt(),
            Key.fromHex(text(packet, "target")),
            token(packet),
            value,
            LOOPBACK.withPort(packet.get("from").asInt()),
            id);
    Answer answer = records.answer(ask, (long) (1e6 * packet.get("t").asDouble()));
    if (answer instanceof Answer.Found found) {
      byte[] told = found.value();
      return new Told(true, 0, told == null ? null : HexFormat.of().formatHex(told));
    }
    if (answer instanceof Answer.Refused refused) {
      return new Told(false, refused.error(), null);
    }
    assertThat(answer).isEqualTo(Answer.DONE);
    return new Told(false, 0, null);
  }

  private static byte @Nullable [] token(JsonNode packet) {
    WireReader in = new WireReader(Vectors.bytes(packet.get("hex")));
    in.fixed(10);
    if (packet.get("hasId").asBoolean()) {
      in.fixed(Key.BYTES);
    }
    return packet.get("hasToken").asBoolean() ? in.fixed(Key.BYTES) : null;
  }

  /** Every announcement in the sessions carries a signature that holds for its node and token. */
  @Test
  void recordedAnnouncementsAreSigned() {
    List<AnnounceMessage> announced = new ArrayList<>();
    for (JsonNode session : VECTORS.cases("sessions")) {
      Map<Integer, Key> ids = storingNodes(session);
      StreamSupport.stream(session.get("packets").spliterator(), false)
          .filter(packet -> text(packet, "command").endsWith("NNOUNCE"))
          .forEach(
              packet -> {
                AnnounceMessage message =
                    AnnounceMessage.decode(new WireReader(Vectors.bytes(packet.get("valueHex"))));
                byte[] token = Objects.requireNonNull(token(packet));
                Key id = Objects.requireNonNull(ids.get(packet.get("to").asInt()));
                Place place = new Place(Key.fromHex(text(packet, "target")), id, token);
                AnnounceMessage.Use use = AnnounceMessage.Use.valueOf(text(packet, "command"));
                assertThat(message.isSigned(use, place)).isTrue();
                announced.add(message);
              });
    }
    assertThat(announced).hasSizeGreaterThan(20);
  }
}
