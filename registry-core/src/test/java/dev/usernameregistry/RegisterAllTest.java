package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Many names at once: all of them, or none. */
class RegisterAllTest extends OneUser {

  @Test
  void manyNamesAreRegisteredAtOnceAndSurviveAsOne() {
    registry.register("mine", profile("Graz"));
    List<String> names = new ArrayList<>();
    for (int n = 0; n < 5_000; n++) {
      names.add("user_" + n);
    }
    names.addAll(List.of("mine", "user_7"));

    storage.commits.set(0);

    List<RegisterResult> results = registry.registerAll(names);

    assertThat(storage.commits).as("not too many at a time, for the memory").hasValue(2);
    assertThat(results).hasSameSizeAs(names);
    assertThat(results.subList(0, 5_000)).allMatch(RegisterResult.Registered.class::isInstance);
    assertThat(results.subList(5_000, 5_002))
        .allMatch(RegisterResult.AlreadyYours.class::isInstance);
    assertThat(results.get(5_000).registration().profile()).isEqualTo(profile("Graz"));
    assertThat(results.get(5_001).registration()).isEqualTo(results.get(7).registration());
    assertThat(registry.listAll()).hasSize(5_001).contains(results.get(4_999).registration());
    reopen();
    assertThat(registry.lookup("user_4999")).contains(results.get(4_999).registration());
  }

  @Test
  void oneNameThatIsRefusedKeepsAllOthersOut() {
    assertThatThrownBy(() -> registry.registerAll(List.of("alice_smith", "no spaces")))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(registry.listAll()).isEmpty();
    assertThat(registry.registerAll(List.of())).isEmpty();
  }

  @Test
  void oneNameThatFailsHalfWayKeepsAllOthersOut() {
    AtomicLong asked = new AtomicLong();
    long lastOfThree = 6; // the clock is asked when a name is wanted, and when it is put
    try (UsernameRegistry broken =
        UsernameRegistry.builder()
            .clock(() -> Instant.ofEpochMilli(asked.incrementAndGet() == lastOfThree ? -1 : 1))
            .open()) {
      assertThatThrownBy(() -> broken.registerAll(List.of("ada", "bob", "eve")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the clock says");

      assertThat(asked).hasValue(lastOfThree);
      assertThat(broken.listAll()).isEmpty();
      assertThat(broken.registries()).allMatch(own -> own.length() == 0);
    }
  }
}
