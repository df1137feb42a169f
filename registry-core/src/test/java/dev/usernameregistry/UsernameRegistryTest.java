package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.KeptStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One user's registry, without peers. */
class UsernameRegistryTest {
  private final KeptStorage storage = new KeptStorage();
  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private UsernameRegistry registry = open();

  private UsernameRegistry open() {
    return UsernameRegistry.builder()
        .registeredBy("Alice")
        .storage(storage)
        .clock(() -> Instant.ofEpochMilli(nowMillis.get()))
        .open();
  }

  private void reopen() {
    registry.close();
    registry = open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  static ObjectNode profile(String city) {
    return JsonNodeFactory.instance.objectNode().put("city", city);
  }

  @Test
  void manyNamesAreRegisteredAtOnceAndSurviveAsOne() {
    registry.register("mine", profile("Graz"));
    List<String> names = new ArrayList<>();
    for (int n = 0; n < 5_000; n++) {
      names.add("user_" + n);
    }
    names.addAll(List.of("mine", "user_7"));

    List<RegisterResult> results = registry.registerAll(names);

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

  @Test
  void wrongNamesAreRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> registry.register("al"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 characters: a name is 3 to 20 letters a-z or A-Z, digits or underscores");
    assertThatThrownBy(() -> registry.register("alice smith")).hasMessageContaining("a space");
    assertThatThrownBy(() -> registry.register("zoë")).hasMessageContaining("'ë'");
    assertThatThrownBy(() -> registry.rename("alice", "a".repeat(21))).hasMessageContaining("21");
    assertThat(registry.lookup("no such name!")).isEmpty();
    assertThat(storage.commits.get()).isZero();
  }

  @Test
  void wrongProfilesAreRefused() {
    assertThatThrownBy(() -> registry.register("alice", profile("Graz").put("username", "bob")))
        .isInstanceOf(IllegalArgumentException.class)
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
    for (int depth = 0; depth < 1_100; depth++) {
      inner = inner.putObject("a");
    }
    assertThatThrownBy(() -> registry.register("alice", deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000");
    assertThat(registry.lookup("alice")).isEmpty();
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
        .hasMessage("'Carol' is not allowed: a name is small letters and spaces");
    assertThat(registry.release("bob_2")).isPresent();
    assertThat(registry.registries().get(0).refusedNames()).isZero();
  }

  @Test
  void listenersAreToldInOrderOnOneNamedThread() {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(100);
    registry.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            told.add(Thread.currentThread().getName() + " " + registration.username());
            all.countDown();
          }
        });
    String thread = "username-registry-" + registry.key().shortHex() + "-listener ";
    List<String> expected = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      registry.register("name_" + n);
      expected.add(thread + "name_" + n);
    }
    ConcurrentCallersTest.await(all);

    assertThat(told).isEqualTo(expected);
  }

  @Test
  void theIndexIsNotBuiltAgainAfterReopening() {
    for (int n = 0; n < 100; n++) {
      registry.register("name_" + n);
    }
    storage.blockReads.set(0);
    storage.rowsWritten.set(0);

    reopen();

    assertThat(registry.listAll()).hasSize(100);
    assertThat(storage.blockReads.get()).isZero();
    assertThat(storage.rowsWritten.get()).isZero();
  }

  @Test
  void lookingUpReadsNoBlock() {
    registry.register("alice");
    storage.blockReads.set(0);

    registry.lookup("alice");
    registry.lookup("bob");
    registry.listAll();

    assertThat(storage.blockReads.get()).isZero();
  }

  @Test
  void aFailedDiskIsSaidAndNothingIsAnswered() {
    registry.register("alice");
    storage.failing = true;

    assertThatThrownBy(() -> registry.register("bob"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("open it again")
        .hasMessageContaining("no space left");

    assertThat(registry.lookup("bob")).isEmpty();
    storage.failing = false;
    reopen();
    assertThat(registry.listAll()).extracting(Registration::username).containsExactly("alice");
    assertThat(registry.register("bob")).isInstanceOf(RegisterResult.Registered.class);
  }

  @Test
  void aClosedRegistrySaysSo() {
    registry.close();
    registry.close();

    assertThatThrownBy(() -> registry.lookup("alice"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(storage.closes.get()).isEqualTo(1);
  }

  @Test
  void anAddressThatCannotBeListenedOnLeavesNothingOpen() {
    KeptStorage other = new KeptStorage();
    RegistryBuilder builder =
        UsernameRegistry.builder()
            .storage(other)
            .network(
                host -> {
                  throw new java.net.BindException("address already in use");
                });

    assertThatThrownBy(builder::open)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("address already in use");
    assertThat(other.closes.get()).isEqualTo(1);
  }

  @Test
  void optionsAreCheckedWhenTheyAreSet() {
    assertThatThrownBy(() -> UsernameRegistry.builder().syncTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("syncTimeout");
    assertThatThrownBy(() -> registry.awaitSynced(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newRegistryKeysAreSafeToSendToJavaScriptPeers() {
    for (int n = 0; n < 20; n++) {
      try (UsernameRegistry fresh = UsernameRegistry.builder().open()) {
        assertThat(fresh.key().byteAt(0)).isBetween(0x01, 0xfc);
        assertThat(fresh.key().byteAt(1)).isNotEqualTo(0xff);
      }
    }
  }
}
