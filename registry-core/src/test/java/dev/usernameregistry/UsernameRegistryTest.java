package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of names in a registry without peers. */
class UsernameRegistryTest extends OneUser {

  @Test
  void aRegisteredNameIsFoundAndListed() {
    RegisterResult result = registry.register("alice_smith");

    assertThat(result).isInstanceOf(RegisterResult.Registered.class);
    assertThat(registry.lookup("alice_smith")).contains(result.registration());
    assertThat(registry.listAll()).containsExactly(result.registration());
    assertThat(result.registration().registeredBy()).isEqualTo("Alice");
    assertThat(result.registration().publicKey()).isEqualTo(registry.key().hex());
    assertThat(result.registration().registeredAt()).contains(Instant.ofEpochMilli(1_000));
    assertThat(registry.lookup("bob")).isEmpty();
  }

  @Test
  void recordsHaveThePublicKeyThatIsChosen() {
    Key chosen = KnownRegistriesTest.numbered(7);
    try (UsernameRegistry other = UsernameRegistry.builder().publicKey(chosen).open()) {
      assertThat(other.key()).isNotEqualTo(chosen);
      other.register("ada");
      other.registerAll(List.of("bob"));

      assertThat(other.listAll())
          .extracting(Registration::publicKey)
          .containsExactly(chosen.hex(), chosen.hex());
    }
  }

  @Test
  void everythingIsThereAfterReopening() {
    Key key = registry.key();
    registry.register("alice", profile("Graz"));
    registry.register("zoe");
    registry.release("zoe");
    List<Registration> before = registry.listAll();

    reopen();

    assertThat(registry.key()).isEqualTo(key);
    assertThat(registry.listAll()).isEqualTo(before).hasSize(1);
    assertThat(registry.lookup("alice").orElseThrow().profile()).isEqualTo(profile("Graz"));
  }

  @Test
  void registeringAgainUpdatesTheProfileAndKeepsTheTime() {
    registry.register("alice", profile("Graz"));
    nowMillis.set(2_000);

    RegisterResult again = registry.register("alice", profile("Linz"));
    RegisterResult without = registry.register("alice");

    assertThat(again).isInstanceOf(RegisterResult.AlreadyYours.class).isEqualTo(without);
    assertThat(again.registration().profile()).isEqualTo(profile("Linz"));
    assertThat(again.registration().registeredAt()).contains(Instant.ofEpochMilli(1_000));
    assertThat(registry.lookup("alice")).contains(again.registration());
  }

  @Test
  void registeringAgainWithTheSameProfileWritesNothing() {
    registry.register("alice", profile("Graz").put("floor", 4L));
    long commits = storage.commits.get();

    registry.register("alice", profile("Graz").put("floor", 4L));

    assertThat(storage.commits.get()).isEqualTo(commits);
  }

  @Test
  void updateChangesOnlyNamesOfOnesOwn() {
    registry.register("alice", profile("Graz"));

    assertThat(registry.update("alice", profile("Wien")).orElseThrow().profile())
        .isEqualTo(profile("Wien"));
    assertThat(registry.update("bob", profile("Wien"))).isEmpty();
    assertThat(registry.listAll()).hasSize(1);
  }

  @Test
  void renameMovesTheProfileToTheNewName() {
    registry.register("alice", profile("Graz"));
    registry.register("carol");
    nowMillis.set(3_000);

    assertThat(registry.rename("bob", "bobby")).isEqualTo(new RenameResult.NotYours("bob"));
    assertThat(registry.rename("alice", "carol")).isInstanceOf(RenameResult.AlreadyYours.class);
    assertThat(registry.rename("alice", "alice")).isInstanceOf(RenameResult.AlreadyYours.class);
    RenameResult renamed = registry.rename("alice", "alicia");

    Registration alicia = ((RenameResult.Renamed) renamed).registration();
    assertThat(alicia.profile()).isEqualTo(profile("Graz"));
    assertThat(alicia.registeredAt()).contains(Instant.ofEpochMilli(3_000));
    assertThat(registry.lookup("alicia")).contains(alicia);
    assertThat(registry.lookup("alice")).isEmpty();
  }

  @Test
  void renamingIsOneCommit() {
    registry.register("alice");
    long commits = storage.commits.get();

    registry.rename("alice", "alicia");

    assertThat(storage.commits.get()).isEqualTo(commits + 1);
  }

  @Test
  void aReleasedNameIsFree() {
    Registration alice = registry.register("alice").registration();

    assertThat(registry.release("alice")).contains(alice);
    assertThat(registry.release("alice")).isEmpty();
    assertThat(registry.lookup("alice")).isEmpty();
    assertThat(registry.register("alice")).isInstanceOf(RegisterResult.Registered.class);
  }

  @Test
  void listsAreSortedAndCutByPrefix() {
    for (String name : List.of("bob", "alice", "Zoe", "alan", "al_", "carol")) {
      registry.register(name);
    }

    assertThat(registry.listAll())
        .extracting(Registration::username)
        .containsExactly("Zoe", "al_", "alan", "alice", "bob", "carol");
    assertThat(registry.listByPrefix("al"))
        .extracting(Registration::username)
        .containsExactly("al_", "alan", "alice");
    assertThat(registry.listByPrefix("x")).isEmpty();
  }

  @Test
  void namesAreFoundByPublicKeyInEitherCase() {
    registry.register("bob");
    registry.register("alice");
    registry.register("carol");
    registry.release("carol");

    assertThat(registry.lookupByPublicKey(registry.key().hex().toUpperCase(java.util.Locale.ROOT)))
        .extracting(Registration::username)
        .containsExactly("alice", "bob");
    assertThat(registry.lookupByPublicKey("00")).isEmpty();
  }
}
