package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is written can be read, and what is read of it is known without reading it. */
class WrittenRecordTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Key REGISTRY = Key.of(new byte[Key.BYTES]);
  private static final Instant TIME = Instant.ofEpochMilli(17);

  private static final List<JsonNode> VALUES =
      List.of(
          JSON.numberNode(1),
          JSON.numberNode(1L),
          JSON.numberNode((short) -1),
          JSON.numberNode((byte) 0),
          JSON.numberNode(0.1f),
          JSON.numberNode(-0.0),
          JSON.numberNode(1e21),
          JSON.numberNode(Double.MIN_VALUE),
          JSON.numberNode(Double.NaN),
          JSON.numberNode(Float.NEGATIVE_INFINITY),
          JSON.numberNode(Long.MIN_VALUE),
          JSON.numberNode(BigInteger.TEN.pow(400)),
          JSON.numberNode(new BigDecimal("1e-400")),
          JSON.numberNode(new BigDecimal("1.50")),
          JSON.textNode("\\u00e9\u00e9\"\\"),
          JSON.textNode("\ud83d\ude00\ud800"),
          JSON.textNode(""),
          JSON.booleanNode(true),
          JSON.nullNode());

  private static final List<String> NAMES =
      List.of("timestamp", "city", "7", "0", "-1", "", "\ud83d\ude00", "?", "\\u\u0141", "\u0000");

  @Test
  void anyProfileIsReadAsItIsSaidToBe() {
    Random random = new Random(4);
    for (int n = 0; n < 20_000; n++) {
      Optional<Instant> at = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(TIME);
      Registration written = new Registration("ada", "ff", at, "Ada", REGISTRY, object(random, 3));
      byte[] record = RegistrationRecord.encode(written);

      Registration said = RegistrationRecord.asRead(written, record);

      Optional<Registration> read = RegistrationRecord.decode(REGISTRY, "ada", record);
      assertThat(read).as("%s", written).contains(said);
      assertThat(said.hasProfile()).isEqualTo(read.get().hasProfile());
      assertThat(Claim.of(said, record).row()).isEqualTo(Claim.of(read.get(), record).row());
      at.ifPresent(same -> assertThat(RegistrationRecord.encode(said)).isEqualTo(record));
    }
  }

  /** A value may have it, but a parser refuses a name, and with it the whole record. */
  @Test
  void aFieldWhoseNameHasHalfACharacterIsNotWritten() {
    for (String name : List.of("\ud800", "x\udc00y", "\ude00\ud83d")) {
      ObjectNode inner = JSON.objectNode();
      inner.putArray("a").addObject().put(name, 1);
      for (ObjectNode profile : List.of(JSON.objectNode().put(name, 1), inner)) {
        Registration registration =
            new Registration("ada", "ff", Optional.of(TIME), "", REGISTRY, profile);
        assertThatThrownBy(() -> RegistrationRecord.encode(registration))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("half a character");
      }
    }
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = JSON.objectNode();
    for (int members = random.nextInt(4); members > 0; members--) {
      object.set(NAMES.get(random.nextInt(NAMES.size())), value(random, depth - 1));
    }
    return object;
  }

  private static JsonNode value(Random random, int depth) {
    int kind = random.nextInt(depth == 0 ? 1 : 5);
    if (kind == 1) {
      return object(random, depth);
    }
    if (kind == 2) {
      ArrayNode array = JSON.arrayNode();
      for (int elements = random.nextInt(3); elements > 0; elements--) {
        array.add(value(random, depth - 1));
      }
      return array;
    }
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** As the records of other programs are read: they may call the time so. */
  @Test
  void aTimestampBecomesTheTimeOfARecordWithoutOne() {
    ObjectNode profile = JSON.objectNode().put("timestamp", 5);
    Registration written = new Registration("ada", "ff", Optional.empty(), "", REGISTRY, profile);

    Registration said = RegistrationRecord.asRead(written, RegistrationRecord.encode(written));

    assertThat(said.registeredAt()).contains(Instant.ofEpochMilli(5));
    assertThat(said.hasProfile()).isFalse();
  }

  @Test
  void theDeepestProfileCanBeReadAndADeeperOneIsNoProfile() {
    Registration deepest =
        new Registration("ada", "ff", Optional.of(TIME), "", REGISTRY, nested(999));
    byte[] record = RegistrationRecord.encode(deepest);

    assertThat(RegistrationRecord.asRead(deepest, record).profile()).isEqualTo(nested(999));
    assertThatThrownBy(() -> deepest.withProfile(nested(1000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 levels");
  }

  private static ObjectNode nested(int arrays) {
    ObjectNode profile = JSON.objectNode();
    ArrayNode inner = profile.putArray("a");
    for (int depth = 1; depth < arrays; depth++) {
      inner = inner.addArray();
    }
    return profile;
  }

  @Test
  void aProfileThatIsReadLaterIsTheCallersToChange() {
    Registration written =
        new Registration(
            "ada", "ff", Optional.of(TIME), "", REGISTRY, JSON.objectNode().put("city", "Graz"));
    Registration said = RegistrationRecord.asRead(written, RegistrationRecord.encode(written));

    said.profile().put("city", "Wien");

    assertThat(said).isEqualTo(written);
    assertThat(said.withUsername("bob").profile()).isEqualTo(written.profile());
  }
}
