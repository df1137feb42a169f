package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.terminal.Ink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names that differ in case only, and what is said of them. */
final class OtherCasesTest extends ShellScene {
  private final List<String> told = new ArrayList<>();
  private final TextAnswers answers = new TextAnswers(told::add, new Ink(false, false));

  @Test
  void theUsualSpellingsOfANameAreItsOthers() {
    assertThat(OtherCases.of("abc")).containsExactlyInAnyOrder("ABC", "Abc");
    assertThat(OtherCases.of("ABC")).containsExactlyInAnyOrder("abc", "Abc", "aBC");
    assertThat(OtherCases.of("alice_b1"))
        .containsExactlyInAnyOrder("ALICE_B1", "Alice_b1", "Alice_B1");
    assertThat(OtherCases.of("Alice_B1"))
        .containsExactlyInAnyOrder("alice_b1", "ALICE_B1", "Alice_b1", "alice_B1");
    assertThat(OtherCases.of("adaLovelace"))
        .containsExactlyInAnyOrder("adalovelace", "ADALOVELACE", "Adalovelace", "AdaLovelace");
    assertThat(OtherCases.of("1_2")).isEmpty();
  }

  @Test
  void whoRegistersOrLooksForAnotherCaseIsToldThatItIsAnotherName() {
    Shell shell = new Shell(registry, this::standing, answers);
    shell.carryOut("register ada_l");
    shell.carryOut("register grace");
    told.clear();

    shell.carryOut("register Ada_L");
    shell.carryOut("lookup ADA_L");
    shell.carryOut("rename grace ada_L");
    shell.carryOut("lookup ada_l");

    String since = " belongs to Ada (registry " + registryKey.substring(0, 8) + ", since ";
    assertThat(told)
        .filteredOn(line -> line.contains("two names"))
        .hasSize(5)
        .allMatch(line -> line.contains(since))
        .allMatch(line -> line.endsWith("); upper and lower case are two names"))
        .extracting(line -> line.strip().split(" +", -1)[1])
        .containsExactly("ada_l", "ada_l", "Ada_L", "ada_l", "Ada_L");
  }

  @Test
  void onesOwnNameInAnotherCaseIsSaidToBeOnesOwn() {
    answers.ready(registry.key(), List.of(), List.of(), Optional.empty());
    Shell shell = new Shell(registry, this::standing, answers);
    shell.carryOut("register ada_l");

    shell.carryOut("register Ada_l");

    assertThat(told).last().isEqualTo("--   ada_l is yours; upper and lower case are two names");
  }

  @Test
  void programsAreAnsweredOnceAsEver() throws IOException {
    tell("register ada_l");

    JsonNode answer = answerTo("register Ada_l");

    assertThat(fields(answer)).containsExactly("event", "registration", "peers", "behind");
    assertThat(answerTo("lookup ADA_L").path("event").asText()).isEqualTo("notFound");
  }
}
