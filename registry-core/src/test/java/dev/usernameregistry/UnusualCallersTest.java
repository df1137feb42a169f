package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies and names of callers that nobody would think of. */
class UnusualCallersTest {

  /** Whoever commits for others must end what they wait for, whatever is thrown there. */
  @Test
  void nobodyWaitsForEverWhenAPolicyThrowsACheckedException() throws Exception {
    KeptStorage storage = new KeptStorage();
    AtomicBoolean angry = new AtomicBoolean();
    NamePolicy policy =
        policy(
            () -> {
              if (angry.get()) {
                sneak(RuntimeException.class, new Exception("as Kotlin may"));
              }
            });
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (UsernameRegistry registry =
        UsernameRegistry.builder().storage(storage).namePolicy(policy).open()) {
      registry.register("first");
      storage.beforeCommit =
          () -> {
            storage.beforeCommit = () -> angry.set(true);
            entered.countDown();
            ConcurrentCallersTest.await(disk);
          };
      List<Future<?>> callers = new ArrayList<>();
      callers.add(threads.submit(() -> registry.release("first")));
      ConcurrentCallersTest.await(entered);
      for (int n = 0; n < 3; n++) {
        String name = "name_" + n;
        CountDownLatch begun = new CountDownLatch(1);
        callers.add(
            threads.submit(
                () -> {
                  begun.countDown();
                  return registry.register(name);
                }));
        ConcurrentCallersTest.await(begun);
      }
      disk.countDown();
      for (Future<?> caller : callers) {
        try {
          caller.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException thrown) {
          assertThat(thrown).hasStackTraceContaining("as Kotlin may");
        }
      }
      storage.beforeCommit = () -> {};
      angry.set(false);
      assertThat(registry.register("last")).isInstanceOf(RegisterResult.Registered.class);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Else it would be behind, and each registration would wait for it. */
  @ParameterizedTest
  @ValueSource(classes = {StackOverflowError.class, Exception.class})
  void aRegistryWithANameThatThePolicyFailsAtIsInTroubleUntilItDoesNot(
      Class<? extends Throwable> failure) throws Exception {
    Throwable thrown = failure.getConstructor().newInstance();
    AtomicBoolean angry = new AtomicBoolean();
    SilentNetwork writers = new SilentNetwork();
    ScriptedNetwork readers = new ScriptedNetwork();
    RegistryBuilder options = UsernameRegistry.builder().network(readers);
    options.namePolicy(
                policy(
                    () -> {
                      if (angry.get()) {
                        sneak(RuntimeException.class, thrown);
                      }
                    }))
            .worker =
        new Trampoline();
    try (UsernameRegistry writer = UsernameRegistry.builder().network(writers).open();
        UsernameRegistry reader = options.open()) {
      writer.register("ada");
      reader.follow(writer.key());
      Log copy = readers.replicated().get(0);
      angry.set(true);
      Copies.bring(writers.host().ownLog(), copy);

      assertThat(reader.registries().get(1).state()).isEqualTo(RegistryInfo.State.UNREADABLE);
      assertThat(reader.registries().get(1).reason())
          .contains("this machine failed: " + failure.getName());

      angry.set(false);
      writer.register("eve");
      copy.apply(writers.host().ownLog().proveNewest().orElseThrow());
      assertThat(reader.listAll()).isEqualTo(writer.listAll()).hasSize(2);
    }
  }

  /** Else it would fail all that are committed with it. */
  @Test
  void aRecordThatIsTooLargeIsRefusedBeforeItJoinsOthers() throws Exception {
    KeptStorage storage = new KeptStorage();
    String large = "x".repeat(RegistrationRecord.BYTES_MAX - 160);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (UsernameRegistry registry =
        UsernameRegistry.builder()
            .storage(storage)
            .namePolicy(policy(() -> {}))
            .registeredBy(large)
            .open()) {
      registry.register("first");
      storage.beforeCommit =
          () -> {
            entered.countDown();
            ConcurrentCallersTest.await(disk);
          };
      Future<?> writing = threads.submit(() -> registry.release("first"));
      ConcurrentCallersTest.await(entered);

      Future<?> tooLarge =
          threads.submit(() -> registry.registerAll(List.of("fits", "n".repeat(100))));
      assertThatThrownBy(() -> tooLarge.get(60, TimeUnit.SECONDS)) // while the disk is busy
          .hasRootCauseInstanceOf(IllegalArgumentException.class);

      disk.countDown();
      writing.get(60, TimeUnit.SECONDS);
      assertThat(registry.listAll()).isEmpty();
      assertThat(registry.registerAll(List.of("fits")).get(0))
          .isInstanceOf(RegisterResult.Registered.class);
    } finally {
      disk.countDown();
      threads.shutdownNow();
    }
  }

  @Test
  void aNameIsAsLongAsARecordCanHaveItAndNoLonger() {
    String longest = "x".repeat(RegistrationRecord.NAME_BYTES_MAX - 2) + "é";
    try (UsernameRegistry registry =
        UsernameRegistry.builder().namePolicy(policy(() -> {})).open()) {
      assertThat(registry.register(longest)).isInstanceOf(RegisterResult.Registered.class);
      assertThat(registry.lookup(longest)).isPresent();
      for (String tooLong : List.of("x" + longest, "é".repeat(longest.length()))) {
        assertThatThrownBy(() -> registry.register(tooLong))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("at most");
        assertThatThrownBy(() -> registry.rename(longest, tooLong))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(registry.listAll()).hasSize(1);
    }
  }

  /** A record has milliseconds, and the index must have the same before it has read the record. */
  @Test
  void ofAClockThatTellsNanosecondsOnlyMillisecondsCount() {
    Instant now = Instant.ofEpochSecond(1, 1_999_999);
    try (UsernameRegistry registry = UsernameRegistry.builder().clock(() -> now).open()) {
      Registration told = registry.register("alice").registration();
      assertThat(told.registeredAt()).contains(Instant.ofEpochMilli(1_001));
      assertThat(registry.lookup("alice")).contains(told);
    }
  }

  /** JSON has fewer kinds of numbers than Java. */
  @Test
  void aProfileIsReturnedAsItWillBeRead() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      ObjectNode profile =
          JsonNodeFactory.instance.objectNode().put("n", 1L).put("x", new BigDecimal("2.50"));
      Registration told = registry.register("alice", profile).registration();
      assertThat(told.profile()).hasToString("{\"n\":1,\"x\":2.5}");
      assertThat(registry.lookup("alice")).contains(told);

      Registration updated = registry.update("alice", profile.put("n", 2f)).orElseThrow();
      assertThat(registry.lookup("alice")).contains(updated);
      profile.put("n", Double.NaN);
      assertThatThrownBy(() -> registry.update("alice", profile))
          .hasMessageContaining("NaN as null");
      assertThatThrownBy(() -> registry.register("bob_jones", profile))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(registry.release("alice")).contains(updated);
      assertThat(registry.lookup("bob_jones")).isEmpty();
    }
  }

  /** A name has it whoever waited, whoever asked again, and whatever the caller does meanwhile. */
  @Test
  void aProfileIsTheOneThatWasGivenAndNotWhatBecomesOfIt() {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      for (String city : List.of("Graz", "Wien", "Wien")) {
        ObjectNode profile = JsonNodeFactory.instance.objectNode().put("city", city);
        RegisterResult result = registry.register("alice", profile);
        profile.put("city", "changed afterwards");

        assertThat(result.registration().profile().path("city").asText()).isEqualTo(city);
        assertThat(registry.lookup("alice")).contains(result.registration());
        assertThat(registry.register("alice").registration()).isEqualTo(result.registration());
      }
    }
  }

  /** Half a character becomes a question mark as bytes, and that name is another one. */
  @Test
  void aNameWithHalfACharacterIsNobodys() {
    try (UsernameRegistry registry =
        UsernameRegistry.builder().namePolicy(policy(() -> {})).open()) {
      registry.register("a?");
      String half = "a\ud800";
      assertThat(registry.lookup(half)).isEmpty();
      assertThat(registry.claims(half)).isEmpty();
      assertThat(registry.listByPrefix(half)).isEmpty();
      assertThat(registry.listByPrefix("a")).hasSize(1);
      assertThat(registry.release(half)).isEmpty();
      assertThat(registry.update(half, JsonNodeFactory.instance.objectNode().put("n", 1)))
          .isEmpty();
      assertThat(registry.rename(half, "b")).isInstanceOf(RenameResult.NotYours.class);
      assertThat(registry.release("a?")).isPresent();
      assertThat(registry.lookup("a?")).isEmpty();
      assertThat(registry.listAll()).isEmpty();
    }
  }

  @SuppressWarnings({"unchecked", "UnusedVariable"})
  private static <E extends Throwable> void sneak(Class<E> as, Throwable thrown) throws E {
    throw (E) thrown; // only javac thinks that it is one
  }

  /** Allows all, after {@code first}. */
  private static NamePolicy policy(Runnable first) {
    return new NamePolicy() {
      @Override
      public Optional<String> problem(String name) {
        first.run();
        return Optional.empty();
      }

      @Override
      public String id() {
        return "all";
      }
    };
  }
}
