package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrderTest {

  @Test
  void wordsAreSplitAtAnyBlanks() {
    assertThat(Order.parse("  rename\tada   grace "))
        .isEqualTo(new Order(Verb.RENAME, List.of("ada", "grace"), Optional.empty()));
  }

  @Test
  void jsonIsTheRestOfTheLineWithItsBlanks() {
    Order order = Order.parse("register ada {\"motto\": \"two  blanks\"}");
    assertThat(order.json())
        .contains(JsonNodeFactory.instance.objectNode().put("motto", "two  blanks"));
  }

  @Test
  void optionalWordsMayBeMissing() {
    assertThat(Order.parse("list").words()).isEmpty();
    assertThat(Order.parse("list al").words()).containsExactly("al");
    assertThat(Order.parse("register ada").json()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "register, NAME",
    "update, NAME",
    "update ada, JSON",
    "rename ada, NEW",
    "lookup, NAME",
    "whois, PUBLICKEY"
  })
  void tooFewWordsAreAnsweredWithTheFirstThatIsMissingAndTheUsage(String line, String missing) {
    assertUsage(line, missing + " is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "rename a b c, c",
    "lookup ada grace hopper, grace hopper",
    "list a b, b",
    "peers now, now",
    "quit now, now"
  })
  void tooManyWordsAreAnsweredWithThemAndTheUsage(String line, String tooMuch) {
    assertUsage(line, "'" + tooMuch + "' is too much");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "register \"x y\", y\"",
        "register 'x y', y'",
        "register ada Oslo, Oslo",
        "update ada lovelace {}, lovelace {}"
      })
  void aSecondWordIsAnsweredWithWhatIsExpectedThereAndTheUsage(String line, String behind) {
    assertUsage(
        line,
        "'"
            + behind
            + "' is not expected: a name ends at its first blank, even in quotes, and only a profile"
            + " may follow, a JSON object as in {\"city\": \"Oslo\"}");
  }

  private static void assertUsage(String line, String reason) {
    Verb verb = Verb.named(line.split(" ", -1)[0]).orElseThrow();
    assertThatThrownBy(() -> Order.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason + "; the command is: " + verb.usage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "register ada {          | the profile, all after the name, is not JSON (its end is missing); as in",
        "register ada {} {}      | the profile, all after the name, is not JSON (something stands behind its end); as in",
        "register ada {a}        | the profile, all after the name, is not JSON (its character 2 does not fit); as in {\"city\"",
        "register ada {'a':1}    | the profile, all after the name, is not JSON (its character 2 does not fit); as in",
        "update ada [1]          | the profile is a JSON object, as in {\"city\": \"Oslo\"}; got array",
        "update ada null         | the profile is a JSON object",
        "registr ada             | there is no command 'registr'; did you mean register? help",
        "reg ada                 | there is no command 'reg'; did you mean register? help lists them",
        "Registre ada            | there is no command 'Registre'; did you mean register? help lists them"
      })
  void nonsenseIsAnsweredWithWhatIsAllowed(String line, String message) {
    assertThatThrownBy(() -> Order.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContainingAny("Source", "com.fasterxml", "Json", "_TOKENS");
  }

  @Test
  void everyVerbIsFoundByItsWord() {
    for (Verb verb : Verb.values()) {
      assertThat(Verb.named(verb.word())).contains(verb);
      assertThat(Verb.named(verb.name())).contains(verb);
      assertThat(verb.usage()).startsWith(verb.word());
      assertThat(verb.wordsMin()).isLessThanOrEqualTo(verb.wordsMax());
    }
  }
}
