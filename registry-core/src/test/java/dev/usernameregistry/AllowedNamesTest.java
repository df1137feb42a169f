package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.RefusedNameException;
import dev.usernameregistry.claims.Registration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which names and profiles are refused, and how. */
class AllowedNamesTest extends OneUser {

  @Test
  void wrongNamesAreRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> registry.register("al"))
        .isInstanceOf(RefusedNameException.class)
        .hasMessage(
            "'al' is refused: 2 characters are too few; a name is 3 to 20 letters a-z or A-Z, digits or"
                + " underscores");
    assertThatThrownBy(() -> registry.register("alice smith")).hasMessageContaining("a space");
    assertThatThrownBy(() -> registry.register("zoë")).hasMessageContaining("'ë'");
    assertThatThrownBy(() -> registry.registerAll(List.of("bert", "b!\n", "cora")))
        .hasMessageStartingWith("'b!?' is refused: '!' is not allowed; a name is 3 to 20 letters");
    assertThatThrownBy(() -> registry.registerAll(Arrays.asList("bert", null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("names[1]");
    assertThatThrownBy(() -> registry.register("a".repeat(1_000)))
        .hasMessageStartingWith(
            "'" + "a".repeat(40) + "…' is refused: 1000 characters are too many; a name is");
    assertThatThrownBy(() -> registry.rename("alice", "a".repeat(21))).hasMessageContaining("21");
    assertThat(registry.lookup("no such name!")).isEmpty();
    assertThat(storage.commits.get()).isZero();
  }

  @Test
  void whatIsWrongWithANameIsToldWithoutRegisteringIt() {
    for (String name : List.of("", "al", "b!", "zoë", "half\ud83d", "a".repeat(21))) {
      String problem = registry.nameProblem(name).orElseThrow();
      assertThatThrownBy(() -> registry.register(name)).hasMessageEndingWith(problem);
    }
    assertThat(registry.nameProblem("bob_2")).isEmpty();
    assertThat(storage.commits.get()).isZero();
  }

  @Test
  void wrongProfilesAreRefused() {
    assertThatThrownBy(() -> registry.register("alice", profile("Graz").put("username", "bob")))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'username'");
    assertThatThrownBy(() -> registry.register("alice", profile("x".repeat(70_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
    registry.register("alice");
    assertThatThrownBy(() -> registry.update("alice", profile("x".repeat(70_000))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.lookup("alice").orElseThrow().profile()).isEmpty();
  }

  @Test
  void aProfileThatNoPeerCouldReadIsRefused() {
    ObjectNode deep = profile("Graz");
    ObjectNode inner = deep;
    for (int depth = 0; depth < 100_000; depth++) {
      inner = inner.putObject("a");
    }
    assertThatThrownBy(() -> registry.register("alice", deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
    assertThat(registry.lookup("alice")).isEmpty();
    registry.register("alice");
    assertThatThrownBy(() -> registry.update("alice", deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
    assertThat(registry.lookup("alice").orElseThrow().profile()).isEmpty();
  }

  @Test
  void aFieldMayHaveAnyNameThatFitsTheRecord() {
    ObjectNode wide = profile("Graz").put("x".repeat(60_000), 1);

    assertThat(registry.register("alice", wide).registration().profile()).isEqualTo(wide);
  }

  @Test
  void anotherPolicyIsAppliedToWhatIsThereAlready() {
    registry.register("alice");
    registry.register("bob_2");
    registry.close();
    registry =
        UsernameRegistry.builder()
            .storage(storage)
            .namePolicy(NamePolicy.matching(Pattern.compile("[a-z ]+"), "small letters and spaces"))
            .open();

    assertThat(registry.listAll()).extracting(Registration::username).containsExactly("alice");
    assertThat(registry.registries().get(0).refusedNames()).isEqualTo(1);
    assertThatThrownBy(() -> registry.register("Carol"))
        .hasMessage("'Carol' is refused: a name is small letters and spaces");
    assertThat(registry.nameProblem("Carol")).contains("a name is small letters and spaces");
    assertThat(registry.nameProblem("carol")).isEmpty();
    assertThat(registry.release("bob_2")).isPresent();
    assertThat(registry.registries().get(0).refusedNames()).isZero();
  }
}
