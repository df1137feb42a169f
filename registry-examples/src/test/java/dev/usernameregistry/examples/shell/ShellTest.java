package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.NamePolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the shell makes of the lines that it is given, whatever they ask. */
final class ShellTest extends ShellScene {
  @Test
  void helpAnswersEveryCommand() throws IOException {
    assertThat(answerTo("help").path("commands")).hasSize(Verb.values().length);
    assertThat(answerTo("help lookup").path("commands"))
        .isEqualTo(
            JSON.readTree("[{\"usage\":\"lookup NAME\",\"summary\":\"say who has a name\"}]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "register a!            | '!' is not allowed",
        "register ab            | 3 to 20 letters",
        "register ada {\"username\":\"x\"} | 'username'",
        "update nobody {}       | 'nobody' is not yours: nobody has it",
        "release nobody         | 'nobody' is not yours: nobody has it",
        "rename nobody somebody | 'nobody' is not yours: nobody has it",
        "follow 12              | a key is 64 hexadecimal digits",
        "forget zz              | 64 hexadecimal digits, or the first 4 or more of them",
        "register ada {\"n\":1e400} | as null; give it as a text",
        "sync -1                | sync takes from 0 to 3600 whole seconds",
        "sync 3601              | sync takes from 0 to 3600 whole seconds",
        "dance                  | there is no command 'dance'; help lists them",
        "regsiter ada           | there is no command 'regsiter'; did you mean register? help",
        "LOKUP ada              | 'LOKUP'; did you mean lookup? help lists them",
        "help dance             | there is no command 'dance'; help lists them",
        "help lookup me         | 'me' is too much; the command is: help [COMMAND]",
        "statuses               | did you mean status?",
        "unregister ada         | did you mean release?",
        "Remove ada             | did you mean release?"
      })
  void whatCannotBeDoneIsAnsweredAndTheShellGoesOn(String line, String message) throws IOException {
    JsonNode answer = answerTo(line);

    assertThat(fields(answer)).containsExactly("event", "message");
    assertThat(answer.path("event").asText()).isEqualTo("error");
    assertThat(answer.path("message").asText()).contains(message);
    assertThat(answerTo("list").path("event").asText()).isEqualTo("list");
  }

  @Test
  void blankLinesAreNotAnswered() throws IOException {
    assertThat(tell("", "   ", "\t")).isEmpty();
  }

  @Test
  void quitLeavesAndNothingElseDoes() {
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(new ByteArrayOutputStream()));

    assertThat(shell.carryOut("quit")).isFalse();
    assertThat(shell.carryOut("EXIT")).isFalse();
    assertThat(shell.carryOut("quit now")).isTrue();
    assertThat(shell.carryOut("list")).isTrue();
  }

  @Test
  void aClosedShellCarriesNothingOut() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(out));
    shell.close(Duration.ZERO);

    assertThat(shell.carryOut("list")).isFalse();
    assertThat(out.size()).isZero();
  }

  @Test
  void everyAnswerIsOneLineWhateverTheNameHolds() throws IOException {
    try (UsernameRegistry liberal =
        UsernameRegistry.builder()
            .registeredBy("line\nbreak \u2028")
            .namePolicy(NamePolicy.matching(Pattern.compile("\\S+"), "anything without blanks"))
            .open()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Shell shell = new Shell(liberal, this::standing, new JsonAnswers(out));
      shell.carryOut("register 名前😀 {\"x\":\"a\\nb\"}");

      String said = out.toString(StandardCharsets.UTF_8);
      assertThat(said.lines()).hasSize(1);
      assertThat(JSON.readTree(said).path("registration").path("username").asText())
          .isEqualTo("名前😀");
    }
  }
}
