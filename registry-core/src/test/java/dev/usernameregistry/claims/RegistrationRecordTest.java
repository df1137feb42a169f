package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as the known applications write them, and as nobody should. */
class RegistrationRecordTest {
  private static final Key REGISTRY = Key.of(new byte[32]);

  private static final List<String> FIELDS =
      List.of(
          "username",
          "publicKey",
          "registeredAt",
          "registeredBy",
          "timestamp",
          "city",
          "1",
          "public\\u004bey",
          "é");

  private static final List<String> SCALARS =
      List.of(
          "\"ada\"",
          "\"\"",
          "\"\\ud800\"",
          "\"\\u00e9é😀\"",
          "\"\\x\"",
          "17",
          "-0",
          "1.5",
          "01",
          "1700000000123",
          "8640000000000000",
          "8640000000000000.5",
          "9223372036854775808",
          "123456789012345678901234567890",
          "1e3",
          "1e400",
          "-1e-400",
          "NaN",
          "null",
          "true",
          "false",
          "nul",
          "[]",
          "{}");

  private static Optional<Registration> decode(String json) {
    return RegistrationRecord.decode(REGISTRY, "ada", json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1_700_000_000_123L, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE})
  void aRecordWithoutProfileIsTheTextOfItsTree(long millis) {
    for (String text :
        List.of("ada", "7", "", "\"\\/\b\n\u0001\u007f", "é😀", "\ud800", "\udc00a")) {
      Optional<Instant> at = Optional.of(Instant.ofEpochMilli(millis));
      Registration registration = new Registration(text, text, at, text, REGISTRY);
      ObjectNode tree = JsonNodeFactory.instance.objectNode();
      tree.put("username", text).put("publicKey", text).put("registeredAt", millis);
      if (!text.isEmpty()) {
        tree.put("registeredBy", text);
      }

      assertThat(RegistrationRecord.encode(registration)).isEqualTo(JsonText.of(tree));
    }
  }

  @Test
  void aRecordIsWrittenInTheOrderOfTheKnownApplication() {
    Registration registration =
        new Registration(
            "ada",
            "ff00",
            Optional.of(Instant.ofEpochMilli(1_700_000_000_123L)),
            "Ada",
            REGISTRY,
            JsonNodeFactory.instance.objectNode().put("city", "Graz"));

    byte[] bytes = RegistrationRecord.encode(registration);

    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"username\":\"ada\",\"publicKey\":\"ff00\",\"registeredAt\":1700000000123,"
                + "\"registeredBy\":\"Ada\",\"city\":\"Graz\"}");
    assertThat(RegistrationRecord.decode(REGISTRY, "ada", bytes)).contains(registration);
  }

  /** As in JavaScript, where these come first in every object. */
  @Test
  void fieldsOfAProfileThatAreArrayIndicesComeBeforeTheRegistrysOwn() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    profile.put("city", "Graz").put("10", 1).put("-1", 2).put("9", 3);
    profile.putObject("in").put("b", 4).put("0", 5);
    Registration registration =
        new Registration("ada", "ff00", Optional.empty(), "", REGISTRY, profile);

    assertThat(new String(RegistrationRecord.encode(registration), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"9\":3,\"10\":1,\"username\":\"ada\",\"publicKey\":\"ff00\","
                + "\"city\":\"Graz\",\"-1\":2,\"in\":{\"0\":5,\"b\":4}}");
  }

  @Test
  void missingFieldsHaveDefaults() {
    Registration empty = decode("{}").orElseThrow();

    assertThat(empty.username()).isEqualTo("ada");
    assertThat(empty.publicKey()).isEqualTo(REGISTRY.hex());
    assertThat(empty.registeredAt()).isEmpty();
    assertThat(empty.registeredBy()).isEmpty();
    assertThat(empty.profile()).isEmpty();
  }

  @Test
  void timestampIsTheTimeWhereRegisteredAtIsMissing() {
    Registration one = decode("{\"timestamp\":5}").orElseThrow();
    Registration both = decode("{\"timestamp\":5,\"registeredAt\":6}").orElseThrow();

    assertThat(one.registeredAt()).contains(Instant.ofEpochMilli(5));
    assertThat(one.profile()).isEmpty();
    assertThat(both.registeredAt()).contains(Instant.ofEpochMilli(6));
    assertThat(both.profile().get("timestamp").intValue()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e300", "\"2024\"", "null", "true", "[5]", "8640000000000001"})
  void whatIsNoTimeIsNoTime(String time) {
    assertThat(decode("{\"registeredAt\":" + time + "}").orElseThrow().registeredAt()).isEmpty();
  }

  @Test
  void theKeyInTheBeeIsTheNameWhateverTheRecordSays() {
    assertThat(decode("{\"username\":\"bob\"}").orElseThrow().username()).isEqualTo("ada");
  }

  @Test
  void fieldsOfAnotherTypeAreMissing() {
    Registration odd = decode("{\"publicKey\":{},\"registeredBy\":7}").orElseThrow();

    assertThat(odd.publicKey()).isEqualTo(REGISTRY.hex());
    assertThat(odd.registeredBy()).isEmpty();
    assertThat(odd.profile()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "5", "\"x\"", "[]", "{", "{}x", "{\"a\":}", "\u0000"})
  void whatIsNoObjectIsNoRegistration(String json) {
    assertThat(decode(json)).isEmpty();
  }

  @Test
  void deepNestingAndLargeRecordsAreNoRegistrations() {
    assertThat(decode("{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")).isEmpty();
    assertThat(decode("{\"a\":\"" + "x".repeat(RegistrationRecord.BYTES_MAX) + "\"}")).isEmpty();
  }

  @Test
  void aRecordMayHave64KibibytesAndNoMore() {
    int withOne = RegistrationRecord.encode(by("x")).length;
    String longest = "x".repeat(RegistrationRecord.BYTES_MAX - withOne + 1);

    byte[] record = RegistrationRecord.encode(by(longest));

    assertThat(record).hasSize(64 << 10);
    assertThat(RegistrationRecord.decode(REGISTRY, "ada", record)).contains(by(longest));
    assertThatThrownBy(() -> RegistrationRecord.encode(by(longest + "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 65536 bytes");
    byte[] spaceBehind = Arrays.copyOf(record, record.length + 1);
    spaceBehind[record.length] = ' ';
    assertThat(RegistrationRecord.decode(REGISTRY, "ada", spaceBehind)).isEmpty();
  }

  private static Registration by(String registeredBy) {
    return new Registration("ada", "key", Optional.empty(), registeredBy, REGISTRY);
  }

  /** Half of the digits of what JavaScript refuses; a parser may look at their low bytes only. */
  @ParameterizedTest
  @ValueSource(strings = {"\\u004\u0141", "\\u\u0130\u0130\u0134\u0141", "\\\\\\u004\u0141"})
  void digitsOfAnEscapeAreAscii(String text) {
    assertThat(decode("{\"publicKey\":\"" + text + "\"}")).isEmpty();
    assertThat(decode("{\"" + text + "\":1}")).isEmpty();
  }

  @Test
  void whatOnlyLooksLikeAnEscapeIsText() {
    Registration read = decode("{\"publicKey\":\"\\\\u004\u0141\"}").orElseThrow();

    assertThat(read.publicKey()).isEqualTo("\\u004\u0141");
  }

  /**
   * What a record says must not depend on which records were read before it. All names below have
   * one hash, whatever it is seeded with, in a table that adds characters times powers of 33.
   */
  @Test
  void recordsWithNamesOfOneHashAreReadWhateverWasReadBefore() {
    byte[] record = recordWith(sameHash("favouriteColour", 250));
    for (int times = 0; times < 6; times++) {
      assertThat(RegistrationRecord.decode(REGISTRY, "ada", record))
          .as("time %d", times)
          .isPresent();
    }
  }

  static byte[] recordWith(List<String> fields) {
    return fields.stream()
        .map(field -> '"' + field + "\":0")
        .collect(Collectors.joining(",", "{", "}"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns texts that differ from {@code text} by one up and 33 down in two neighbours. */
  static List<String> sameHash(String text, int count) {
    List<String> found = new ArrayList<>(List.of(text));
    for (int from = 0; found.size() < count; from++) {
      String one = found.get(from);
      for (int at = 0; at + 1 < text.length(); at++) {
        char up = (char) (one.charAt(at) + 1);
        char down = (char) (one.charAt(at + 1) - 33);
        String next = one.substring(0, at) + up + down + one.substring(at + 2);
        if (up < 127 && down > '"' && up != '\\' && down != '\\' && !found.contains(next)) {
          found.add(next);
        }
      }
    }
    return found.subList(0, count);
  }

  @Test
  void arbitraryBytesAreARegistrationOrNot() {
    Random random = new Random(1);
    byte[] good =
        "{\"username\":\"ada\",\"registeredAt\":17,\"x\":[1,2.5,\"é\"]}"
            .getBytes(StandardCharsets.UTF_8);
    for (int n = 0; n < 200_000; n++) {
      byte[] bytes = good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      RegistrationRecord.decode(REGISTRY, "ada", bytes)
          .ifPresent(claim -> assertThat(claim.username()).isEqualTo("ada"));
    }
  }

  /** A tree of the whole record gives the same: the fields are picked while it is parsed. */
  @Test
  void recordsSayWhatATreeOfThemSays() throws IOException {
    Random random = new Random(2);
    int readable = 0;
    for (int n = 0; n < 100_000; n++) {
      byte[] bytes = record(random).getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(3) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Optional<Registration> read = RegistrationRecord.decode(REGISTRY, "ada", bytes);
      assertThat(read)
          .as(new String(bytes, StandardCharsets.UTF_8))
          .isEqualTo(RecordTree.decode(REGISTRY, "ada", bytes));
      readable += read.isPresent() ? 1 : 0;
    }
    assertThat(readable).isBetween(30_000, 70_000);
  }

  private static String record(Random random) {
    StringBuilder json = new StringBuilder("{");
    String separator = "";
    for (int fields = random.nextInt(6); fields > 0; fields--) {
      json.append(separator).append('"').append(one(random, FIELDS)).append("\" : ");
      json.append(value(random, 3));
      separator = ", ";
    }
    return json.append('}').append(random.nextInt(40) == 0 ? " 1" : " ").toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 1 : 6)) {
      case 1 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
      case 2 -> "{\"" + one(random, FIELDS) + "\":" + value(random, depth - 1) + "}";
      default -> one(random, SCALARS);
    };
  }

  private static String one(Random random, List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  @Test
  void depthIsCountedAlsoInFieldsThatAreNotKept() {
    for (String field : List.of("username", "publicKey", "registeredAt", "registeredBy", "x")) {
      String open = "{\"" + field + "\":";
      assertThat(decode(open + "[".repeat(999) + "]".repeat(999) + "}")).as(field).isPresent();
      assertThat(decode(open + "[".repeat(1000) + "]".repeat(1000) + "}")).as(field).isEmpty();
    }
  }

  @Test
  void whatIsWrittenCanBeReadWhateverTheTextsAre() {
    Random random = new Random(3);
    for (int n = 0; n < 20_000; n++) {
      Registration registration =
          new Registration(
              text(random),
              text(random),
              Optional.of(Instant.ofEpochMilli(random.nextLong(8_640_000_000_000_001L))),
              text(random),
              REGISTRY,
              JsonNodeFactory.instance.objectNode());

      byte[] bytes = RegistrationRecord.encode(registration);

      assertThat(RegistrationRecord.decode(REGISTRY, registration.username(), bytes))
          .contains(registration);
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(20); length > 0; length--) {
      text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
    }
    return text.toString();
  }

  @Test
  void aProfileThatIsNestedTooDeepIsNotWritten() {
    Registration deepest = nested(999);
    assertThat(RegistrationRecord.decode(REGISTRY, "ada", RegistrationRecord.encode(deepest)))
        .contains(deepest);
    for (int arrays : List.of(1000, 100_000)) {
      assertThatThrownBy(() -> nested(arrays))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1000 levels");
    }
  }

  private static Registration nested(int arrays) {
    ObjectNode profile = JsonNodeFactory.instance.objectNode();
    ArrayNode inner = profile.putArray("a");
    for (int depth = 1; depth < arrays; depth++) {
      inner = inner.addArray();
    }
    return new Registration("ada", "ff00", Optional.empty(), "", REGISTRY, profile);
  }

  @Test
  void aProfileCannotBeChangedFromOutside() {
    Registration registration = decode("{\"city\":\"Graz\"}").orElseThrow();

    registration.profile().put("city", "Linz");

    assertThat(registration.profile().get("city").textValue()).isEqualTo("Graz");
  }
}
