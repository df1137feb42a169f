package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What programs read, beyond what the tests of whole processes look at. */
final class JsonAnswersTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final JsonAnswers answers = new JsonAnswers(told);

  @Test
  void anotherOwnerIsToldWithWhetherTheOneBeforeGaveTheNameUp() throws IOException {
    answers.ownerChanged(
        new OwnerChange(claim(1), claim(2), true, "the owner before does not claim it any more"));

    JsonNode event = new ObjectMapper().readTree(told.toByteArray());
    assertThat(event.path("kind").asText()).isEqualTo("ownerChanged");
    assertThat(event.path("givenUp").asBoolean()).isTrue();
    assertThat(event.path("registration").path("registeredBy").asText()).isEqualTo("user 2");
    assertThat(event.path("previous").path("registeredBy").asText()).isEqualTo("user 1");
  }

  private static Registration claim(int user) {
    Key key = Key.fromHex("0" + user + "ab".repeat(31));
    return new Registration(
        "ada",
        key.hex(),
        Optional.empty(),
        "user " + user,
        key,
        JsonNodeFactory.instance.objectNode());
  }
}
