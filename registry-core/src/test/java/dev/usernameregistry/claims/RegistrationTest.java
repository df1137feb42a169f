package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A registration says the same whether it was made, read from a record, or read from the index. */
class RegistrationTest {
  private static final Key REGISTRY = Key.of(new byte[Key.BYTES]);
  private static final String RECORD =
      "{\"publicKey\":\"ff\",\"registeredAt\":17,\"registeredBy\":\"Ada\",\"city\":\"Graz\"}";

  private final Registration made = made("Graz");
  private final Registration read =
      RegistrationRecord.decode(REGISTRY, "ada", RECORD.getBytes(StandardCharsets.UTF_8))
          .orElseThrow();
  private final Registration stored =
      Claim.stored(REGISTRY, "ada".getBytes(StandardCharsets.UTF_8), claim(RECORD).row())
          .registration();

  @Test
  void whatSaysTheSameIsEqual() {
    assertThat(read).isEqualTo(made).hasSameHashCodeAs(made).hasToString(made.toString());
    assertThat(stored).isEqualTo(made).hasSameHashCodeAs(made).hasToString(made.toString());
    assertThat(made.toString())
        .contains("username=ada", "profile={\"city\":\"Graz\"}")
        .contains("registeredAt=1970-01-01T00:00:00.017Z,");
    assertThat(claim("{}").registration().toString()).contains("registeredAt=unknown,");
  }

  @Test
  void whatDiffersInOneFieldIsNotEqual() {
    assertThat(made).isNotEqualTo(made("Wien")).isNotEqualTo(made("Graz", "bob"));
    assertThat(stored).isNotEqualTo(claim("{}").registration()).isNotEqualTo(made("Wien"));
    assertThat(claim("{}").registration()).isNotEqualTo(stored);
  }

  @Test
  void aProfileIsTheCallersToChange() {
    for (Registration one : new Registration[] {made, read, stored}) {
      one.profile().put("city", "Wien");

      assertThat(one.hasProfile()).isTrue();
      assertThat(one.profile().path("city").asText()).isEqualTo("Graz");
    }
    Registration without = claim("{}").registration();
    without.profile().put("city", "Wien");
    assertThat(without.hasProfile()).isFalse();
    assertThat(without.profile()).isEmpty();
  }

  @Test
  void whatSaysTheSameButOneFieldHasAllOthersAsTheyWere() {
    Instant later = Instant.ofEpochMilli(18);
    for (Registration one : new Registration[] {made, read, stored}) {
      assertThat(one.withUsername("bob")).isEqualTo(made("Graz", "bob"));
      assertThat(one.withProfile(city("Wien"))).isEqualTo(made("Wien"));
      assertThat(one.withRegisteredAt(later).registeredAt()).contains(later);
      assertThat(one.withRegisteredAt(later).withRegisteredAt(Instant.ofEpochMilli(17)))
          .isEqualTo(one);
      assertThat(one).isEqualTo(made);
    }
  }

  @Test
  void aProfileThatReplacesAnotherIsCopied() {
    ObjectNode profile = city("Wien");
    Registration changed = made.withProfile(profile);
    profile.put("city", "changed afterwards");

    assertThat(changed).isEqualTo(made("Wien"));
    assertThat(made.withProfile(JsonNodeFactory.instance.objectNode()).hasProfile()).isFalse();
  }

  @Test
  void aTimestampThatIsTheTimeIsNoProfile() {
    Registration registration = claim("{\"timestamp\":5}").registration();

    assertThat(registration.registeredAt()).contains(Instant.ofEpochMilli(5));
    assertThat(registration.hasProfile()).isFalse();
  }

  private static Claim claim(String json) {
    return Claim.of(REGISTRY, "ada", json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static ObjectNode city(String name) {
    return JsonNodeFactory.instance.objectNode().put("city", name);
  }

  private static Registration made(String city) {
    return made(city, "ada");
  }

  private static Registration made(String city, String name) {
    ObjectNode profile = city(city);
    Registration made =
        new Registration(
            name, "ff", Optional.of(Instant.ofEpochMilli(17)), "Ada", REGISTRY, profile);
    profile.put("city", "changed afterwards");
    return made;
  }
}
