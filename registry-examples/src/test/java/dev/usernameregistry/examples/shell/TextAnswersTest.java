package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read where it says more than programs are told. */
final class TextAnswersTest {
  private final List<String> told = new ArrayList<>();
  private final TextAnswers answers = new TextAnswers(told::add, new Ink(false, false));

  @Test
  void aKeyThatIsNotWholeIsSaidToBeNone() {
    answers.publicKeyNotFound("ab12cd34");
    answers.publicKeyNotFound("ab".repeat(32));

    assertThat(told)
        .containsExactly(
            "-- no name has the public key ab12cd34: a whole key is 64 hexadecimal digits, as lookup"
                + " NAME shows it",
            "-- no name has the public key " + "ab".repeat(32));
  }

  @Test
  void aNameTooShortAndAKeyTooShortAreCountedInGoodEnglish() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      Shell shell = new Shell(registry, Optional.empty(), answers);
      shell.carryOut("register a");
      shell.carryOut("follow 1");
    }

    assertThat(told)
        .containsExactly(
            "!! 1 character: a name is 3 to 20 letters a-z or A-Z, digits or underscores",
            "!! a key is 64 hexadecimal digits, as the first line of its owner's shell shows it; got"
                + " '1'");
  }

  @Test
  void withoutThePeersNothingIsSaidToBeInSync() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      SwarmStanding silent = Swarms.swarm(true, 0, Reachability.OPEN, true);
      answers.status(Standing.of(registry, Optional.of(silent)));
    }

    assertThat(told).first().asString().startsWith("-- no peer is connected");
    assertThat(told).noneMatch(line -> line.startsWith("ok all that"));
  }
}
