package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as the known applications write them, and as nobody should. */
class RegistrationRecordTest {
  private static final Key REGISTRY = Key.of(new byte[32]);

  private static Optional<Registration> decode(String json) {
    return RegistrationRecord.decode(REGISTRY, "ada", json.getBytes(StandardCharsets.UTF_8));
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

  @Test
  void aProfileCannotBeChangedFromOutside() {
    Registration registration = decode("{\"city\":\"Graz\"}").orElseThrow();

    registration.profile().put("city", "Linz");

    assertThat(registration.profile().get("city").textValue()).isEqualTo("Graz");
  }
}
