package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.NamePolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
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
        "register a!            | nameRefused    | '!' is not allowed",
        "register ab            | nameRefused    | 3 to 20 letters",
        "register ada {\"username\":\"x\"} | profileRefused | 'username'",
        "register ada {city}    | badCommand     | the profile, all after the name, is not JSON",
        "rename ada_l a!        | nameRefused    | 'a!' is refused",
        "forget abab            | badCommand     | no registry abab is known",
        "update nobody {}       | notYours       | 'nobody' is not yours: nobody has it",
        "release nobody         | notYours       | 'nobody' is not yours: nobody has it",
        "rename nobody somebody | notYours       | 'nobody' is not yours: nobody has it",
        "follow 12              | badCommand     | a key is 64 hexadecimal digits",
        "forget zz              | badCommand     | 64 hexadecimal digits, or the first 4 or more of them",
        "register ada {\"n\":1e400} | profileRefused | as null; give it as a text",
        "sync -1                | badCommand     | sync takes from 0 to 3600 whole seconds",
        "sync 3601              | badCommand     | sync takes from 0 to 3600 whole seconds",
        "dance                  | badCommand     | there is no command 'dance'; help lists them",
        "regsiter ada           | badCommand     | there is no command 'regsiter'; did you mean register? help",
        "LOKUP ada              | badCommand     | 'LOKUP'; did you mean lookup? help lists them",
        "help dance             | badCommand     | there is no command 'dance'; help lists them",
        "help lookup me         | badCommand     | 'me' is too much; the command is: help [COMMAND]",
        "statuses               | badCommand     | did you mean status?",
        "unregister ada         | badCommand     | did you mean release?",
        "Remove ada             | badCommand     | did you mean release?"
      })
  void whatCannotBeDoneIsAnsweredAndTheShellGoesOn(String line, String code, String message)
      throws IOException {
    JsonNode answer = answerTo(line);

    assertThat(fields(answer)).containsExactly("event", "code", "message");
    assertThat(answer.path("event").asText()).isEqualTo("error");
    assertThat(answer.path("code").asText()).isEqualTo(code);
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
    shell.close(Duration.ZERO, Duration.ZERO);

    assertThat(shell.carryOut("list")).isFalse();
    assertThat(out.size()).isZero();
  }

  @Test
  void aChangeThatIsUnderWayWhenTheShellClosesIsAnsweredWithWhatItDid() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicReference<Runnable> atChange = new AtomicReference<>(() -> {});
    UsernameRegistry busy =
        UsernameRegistry.builder()
            .clock(
                () -> {
                  atChange.getAndSet(() -> {}).run();
                  return Instant.ofEpochSecond(1);
                })
            .open();
    Shell shell = new Shell(busy, this::standing, new JsonAnswers(out));
    shell.carryOut("register ada");
    out.reset();
    Thread closing = new Thread(() -> shell.close(Duration.ofMinutes(1), Duration.ZERO));
    atChange.set(() -> startAndLetWait(closing));

    shell.carryOut("rename ada ada_l");
    closing.join();

    assertThat(JSON.readTree(out.toByteArray()).path("event").asText()).isEqualTo("renamed");
    assertThat(shell.carryOut("list")).isFalse();
  }

  private static void startAndLetWait(Thread thread) {
    thread.start();
    while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
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
