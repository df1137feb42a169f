package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What people read before they run a program. */
final class MainTest {
  private static final int COLUMNS = 80;

  @Test
  void withoutArgumentsEveryProgramIsOneLine() {
    List<String> lines = told(2).lines().toList();
    List<String> afterwards = lines.subList(lines.indexOf("Commands:") + 1, lines.size());
    List<String> programs = afterwards.subList(0, afterwards.indexOf(""));

    assertThat(lines).allMatch(line -> line.length() <= COLUMNS);
    assertThat(programs)
        .extracting(line -> line.strip().split(" +", 2)[0])
        .containsExactly("demo", "shell", "bootstrap", "doctor", "bench", "help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo", "shell", "bootstrap", "doctor", "bench"})
  void everyProgramSaysWhichBuildItIs(String program) {
    String[] arguments = (program + " --version").strip().split(" ");

    assertThat(told(0, arguments)).startsWith("registry ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo      | 130 after Ctrl-C, 143 after SIGTERM",
        "doctor    | 130 after Ctrl-C, 143 after SIGTERM",
        "shell     | however it was told to",
        "bootstrap | was told to end"
      })
  void helpSaysHowItEnds(String program, String end) {
    CommandLine command = Objects.requireNonNull(Main.programs().getSubcommands().get(program));

    assertThat(command.getUsageMessage()).contains("Exit code: 0", end);
  }

  @ParameterizedTest
  @CsvSource({
    "shell --store=",
    "shell --memory --topic=t --package-json=",
    "doctor --store=",
    "bench --profile=",
    "bench --check="
  })
  void anEmptyPathIsRefusedAndNotTakenForTheCurrentFolder(String arguments) {
    assertThatThrownBy(() -> Main.programs().parseArgs(arguments.split(" ")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("the path is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void anEmptyNameIsRefusedAndNotWrittenIntoRecords(String name) {
    assertThatThrownBy(() -> Main.programs().parseArgs("shell", "--memory", "--name", name))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--name", "the name is empty; without --name it is your account's");
  }

  @Test
  void helpIsAlsoWhatOtherProgramsCallIt() {
    assertThat(told(0, "help")).isEqualTo(told(0, "--help"));
    assertThat(told(0, "help", "doctor")).isEqualTo(told(0, "doctor", "--help"));
  }

  private static String told(int exitCode, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments))
        .isEqualTo(exitCode);
    return out.toString(StandardCharsets.UTF_8);
  }
}
