package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One user's registry, without peers. */
class UsernameRegistryTest {

  @Test
  void aRegisteredNameIsFoundAndListed() {
    try (UsernameRegistry registry = UsernameRegistry.builder().registeredBy("Alice").open()) {
      RegisterResult result = registry.register("alice_smith");

      assertThat(result).isInstanceOf(RegisterResult.Registered.class);
      assertThat(registry.lookup("alice_smith")).contains(result.registration());
      assertThat(registry.listAll()).containsExactly(result.registration());
      assertThat(result.registration().registeredBy()).isEqualTo("Alice");
      assertThat(result.registration().publicKey()).isEqualTo(registry.key().hex());
    }
  }
}
