package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read before they run a program. */
final class MainTest {
  private static final int COLUMNS = 80;

  @Test
  void withoutArgumentsEveryProgramIsOneLine() {
    List<String> lines = told().lines().toList();

    assertThat(lines).allMatch(line -> line.length() <= COLUMNS);
    assertThat(lines.subList(lines.indexOf("Commands:") + 1, lines.size()))
        .startsWith(
            lines.stream().filter(line -> line.startsWith("  demo ")).findFirst().orElseThrow())
        .satisfies(
            rest ->
                assertThat(rest.subList(0, rest.indexOf("")))
                    .extracting(line -> line.strip().split(" +", 2)[0])
                    .containsExactly("demo", "shell", "bootstrap", "doctor", "bench"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "shell", "bootstrap", "doctor", "bench"})
  void everyProgramSaysItsExitCodes(String program) {
    String help = Main.programs().getSubcommands().get(program).getUsageMessage();

    assertThat(help).contains("Exit code: 0");
    assertThat(Stream.of("demo", "doctor").filter(program::equals))
        .allSatisfy(cut -> assertThat(help).contains("130 after Ctrl-C, 143 after SIGTERM"));
  }

  private static String told() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(exitCode).isEqualTo(2);
    return out.toString(StandardCharsets.UTF_8);
  }
}
