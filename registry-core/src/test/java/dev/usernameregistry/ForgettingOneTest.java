package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One registry is forgotten by its key, however lately it was seen. */
class ForgettingOneTest {
  private static final Key WRONG = Key.fromHex("ab".repeat(Key.BYTES));

  private final Users users = new Users(13);
  private final Users.User alice = users.user("Alice");
  private final Users.User bob = users.user("Bob");

  @BeforeEach
  void meet() {
    alice.registry.register("ada");
    users.meet(alice, bob);
  }

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void aKeyThatNobodyHasIsFollowedNoMoreAndTheOthersStay() {
    bob.registry.follow(WRONG);

    assertThat(bob.registry.forget(WRONG)).map(RegistryInfo::key).contains(WRONG);

    assertThat(bob.registry.registries())
        .extracting(RegistryInfo::key)
        .containsExactly(bob.registry.key(), alice.registry.key());
    assertThat(bob.registry.lookup("ada")).isPresent();
    assertThat(bob.registry.forget(WRONG)).as("again").isEmpty();
    bob.reopen();
    assertThat(bob.registry.registries()).hasSize(2);
  }

  @Test
  void oneWhosePeerIsAwayIsGoneWithItsNamesUntilThatComesBack() {
    users.disconnect(alice, bob);
    bob.events.clear();

    RegistryInfo forgotten = bob.registry.forget(alice.registry.key()).orElseThrow();

    assertThat(forgotten.names()).isEqualTo(1);
    assertThat(bob.events).containsExactly("released ada by Alice");
    assertThat(bob.registry.listAll()).isEmpty();
    assertThat(bob.registry.registries()).hasSize(1);
    users.meet(alice, bob);
    assertThat(bob.registry.lookup("ada")).isEqualTo(alice.registry.lookup("ada")).isPresent();
  }

  @Test
  void oneWhosePeerIsConnectedIsFetchedAnew() {
    bob.events.clear();

    assertThat(bob.registry.forget(alice.registry.key())).isPresent();
    users.network.settle();

    assertThat(bob.events)
        .containsExactly("released ada by Alice", "found Alice", "registered ada by Alice");
    assertThat(bob.registry.awaitSynced(Duration.ZERO).behind()).isEmpty();
    assertThat(bob.registry.register("ada")).isInstanceOf(RegisterResult.Taken.class);
  }

  @Test
  void onesOwnStays() {
    Key own = bob.registry.key();

    assertThatThrownBy(() -> bob.registry.forget(own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "registry " + own.shortHex() + " is one's own: only those of others can be forgotten");
  }
}
