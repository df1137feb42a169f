package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every answer of the shell about names, field by field. */
final class ShellNamesTest extends ShellScene {
  @Test
  void registeringAnswersTheRegistration() throws IOException {
    JsonNode answer = answerTo("register ada_l {\"city\":\"Zürich\",\"n\":1}");

    assertThat(fields(answer)).containsExactly("event", "registration", "peers", "behind");
    assertThat(answer.path("peers").asInt()).isZero();
    assertThat(answer.path("event").asText()).isEqualTo("registered");
    assertThat(answer.path("behind")).isEmpty();
    assertThat(answer.path("registration"))
        .isEqualTo(registration("ada_l", "{\"city\":\"Zürich\",\"n\":1}"));
  }

  @Test
  void oneOwnNameAgainAnswersAlreadyYours() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("register ada_l");

    assertThat(answer.path("event").asText()).isEqualTo("alreadyYours");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{\"a\":1}"));
  }

  @Test
  void updatingAnswersTheNewProfile() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("update ada_l {\"b\":2}");

    assertThat(answer.path("event").asText()).isEqualTo("updated");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{\"b\":2}"));
    assertThat(answer.path("owner")).isEqualTo(answer.path("registration"));
  }

  @Test
  void renamingMovesTheProfile() throws IOException {
    tell("register ada_l {\"a\":1}");

    JsonNode answer = answerTo("rename ada_l countess");

    assertThat(answer.path("event").asText()).isEqualTo("renamed");
    assertThat(answer.path("registration")).isEqualTo(registration("countess", "{\"a\":1}"));
    assertThat(answerTo("lookup ada_l").path("event").asText()).isEqualTo("notFound");
  }

  @Test
  void renamingToANameOfOnesOwnAnswersAlreadyYours() throws IOException {
    tell("register ada_l", "register countess");

    assertThat(answerTo("rename ada_l countess").path("event").asText()).isEqualTo("alreadyYours");
  }

  @Test
  void releasingAnswersWhatWasReleased() throws IOException {
    tell("register ada_l");

    JsonNode answer = answerTo("release ada_l");

    assertThat(answer.path("event").asText()).isEqualTo("released");
    assertThat(answer.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(registry.listAll()).isEmpty();
  }

  @Test
  void lookingUpAnswersTheRegistrationOrTheName() throws IOException {
    tell("register ada_l");

    JsonNode found = answerTo("lookup ada_l");
    JsonNode missing = answerTo("lookup nobody");

    assertThat(found.path("event").asText()).isEqualTo("found");
    assertThat(found.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(fields(missing)).containsExactly("event", "username", "problem", "peers", "behind");
    assertThat(missing.path("username").asText()).isEqualTo("nobody");
    assertThat(missing.path("problem").isNull()).isTrue();
    assertThat(answerTo("lookup a!b").path("problem").asText()).startsWith("'!' is not allowed");
  }

  @Test
  void whoisAnswersAllNamesOfAKeyOrTheKey() throws IOException {
    tell("register zoe", "register ada_l");

    JsonNode found = answerTo("whois " + registryKey);
    JsonNode missing = answerTo("whois abc");

    assertThat(found.path("event").asText()).isEqualTo("found");
    assertThat(found.path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(found.path("registrations")).hasSize(2);
    assertThat(fields(missing)).containsExactly("event", "publicKey", "peers", "behind");
    assertThat(missing.path("event").asText()).isEqualTo("notFound");
  }

  @Test
  void listAnswersSortedRegistrations() throws IOException {
    tell("register zoe", "register ada_l", "register ada_k");

    assertThat(answerTo("list").path("registrations").findValuesAsText("username"))
        .containsExactly("ada_k", "ada_l", "zoe");
    assertThat(answerTo("list ada").path("registrations").findValuesAsText("username"))
        .containsExactly("ada_k", "ada_l");
    assertThat(answerTo("list x").path("registrations")).isEmpty();
  }

  @Test
  void mineAnswersEachOwnNameWithItsOwner() throws IOException {
    tell("register zoe", "register ada_l");

    JsonNode names = answerTo("mine").path("names");

    assertThat(names).hasSize(2);
    assertThat(fields(names.get(0))).containsExactly("registration", "owner", "lost");
    assertThat(names.get(0).path("registration")).isEqualTo(registration("ada_l", "{}"));
    assertThat(names.get(0).path("owner")).isEqualTo(registration("ada_l", "{}"));
    assertThat(names.get(0).path("lost").asBoolean()).isFalse();
  }

  @Test
  void claimsAnswersTheNameAndItsHolders() throws IOException {
    tell("register ada_l");

    JsonNode answer = answerTo("claims ada_l");

    assertThat(fields(answer)).containsExactly("event", "username", "registrations");
    assertThat(answer.path("registrations").get(0)).isEqualTo(registration("ada_l", "{}"));
  }
}
