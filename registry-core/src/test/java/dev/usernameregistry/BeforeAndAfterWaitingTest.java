package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller is told before peers are waited for, and what is decided only afterwards. */
class BeforeAndAfterWaitingTest {
  private static final Key STRANGER = KnownRegistriesTest.numbered(1);

  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final List<String> events = new ArrayList<>();
  private final ScriptedNetwork network = new ScriptedNetwork();
  private final UsernameRegistry registry = open();

  private UsernameRegistry open() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            events.add("registered " + registration.username());
          }

          @Override
          public void nameReleased(Registration registration) {
            events.add("released " + registration.username());
          }
        };
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(network)
            .syncTimeout(Duration.ofHours(1))
            .clock(() -> Instant.ofEpochMilli(nowMillis.get()))
            .listener(listener)
            .listenerExecutor(Runnable::run);
    options.worker = look -> {}; // whoever waits looks himself
    options.nanoTime = () -> 0;
    return options.open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  /** A peer is connected for which registering waits, for ever on this clock. */
  private void connectOneWhoIsWaitedFor() {
    network.connect(Announced.peer(STRANGER, Map.of(STRANGER, Announced.head(2))));
  }

  private static void isRefusedAtOnce(Callable<?> call) {
    FutureTask<?> refused = new FutureTask<>(call);
    Threads.start(refused);
    assertThatThrownBy(() -> refused.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeRegisteredIsRefusedBeforePeersAreWaitedFor() {
    registry.register("ada");
    ObjectNode large =
        JsonNodeFactory.instance.objectNode().put("text", "x".repeat(RegistrationRecord.BYTES_MAX));
    ObjectNode unreadable = JsonNodeFactory.instance.objectNode().put("half \ud800", 1);
    connectOneWhoIsWaitedFor();

    isRefusedAtOnce(() -> registry.register("no spaces"));
    isRefusedAtOnce(() -> registry.register("bob", large));
    isRefusedAtOnce(() -> registry.register("bob", unreadable));
    isRefusedAtOnce(() -> registry.registerAll(List.of("bob", "no spaces")));
    isRefusedAtOnce(() -> registry.rename("ada", "no spaces"));
  }

  /** Else whoever waited longer would be the earlier one. */
  @Test
  void aNameIsRegisteredAtTheTimeAfterTheWait() {
    assertThat(timeOf(() -> registry.register("ada").registration())).isEqualTo(5_000);
    assertThat(timeOf(() -> registry.registerAll(List.of("bob")).get(0).registration()))
        .isEqualTo(5_000);
    assertThat(timeOf(() -> ((RenameResult.Renamed) registry.rename("bob", "eve")).registration()))
        .isEqualTo(5_000);
  }

  /** What is written says the time after the wait too, and not only what is returned. */
  @Test
  void aRecordThatWasEncodedBeforeTheWaitIsNotTheOneThatIsWritten() {
    ObjectNode profile = JsonNodeFactory.instance.objectNode().put("city", "Graz");

    assertThat(timeOf(() -> registry.register("ada", profile).registration())).isEqualTo(5_000);

    Registration read = registry.lookup("ada").orElseThrow();
    assertThat(read.registeredAt()).contains(Instant.ofEpochMilli(5_000));
    assertThat(read.profile()).isEqualTo(profile);
    assertThat(registry.release("ada")).contains(read); // read from the log, not from the index
  }

  /** Returns the time of a registration for which peers are waited for from 1,000 until 5,000. */
  private long timeOf(Supplier<Registration> registering) {
    nowMillis.set(1_000);
    network.connect();
    network.whenNextAsked(() -> nowMillis.set(5_000));
    return registering.get().registeredAt().orElseThrow().toEpochMilli();
  }

  /** Whoever listens never sees a moment at which the user has no name. */
  @Test
  void theNewNameIsThereBeforeTheOldOneIsGone() {
    registry.register("ada");
    events.clear();

    registry.rename("ada", "eve");

    assertThat(events).containsExactly("registered eve", "released ada");
  }

  /** As one of 1969, it keeps from registering only. */
  @Test
  void aClockBeyondAllThatMillisecondsHoldIsToldAsWrongWhenItIsUsed() {
    for (Instant moment : List.of(Instant.MAX, Instant.MIN, Instant.ofEpochSecond(-1))) {
      KeptStorage storage = new KeptStorage();
      AtomicReference<Instant> now = new AtomicReference<>(moment);
      RegistryBuilder options = UsernameRegistry.builder().storage(storage).clock(now::get);
      try (UsernameRegistry wrong = options.open()) {
        assertThatThrownBy(() -> wrong.register("ada"))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("the clock says " + moment.truncatedTo(ChronoUnit.MILLIS));
        assertThatThrownBy(() -> wrong.registerAll(List.of("ada")))
            .hasMessageContaining("the clock says");
        wrong.follow(STRANGER);
        assertThat(wrong.forgetStale(Duration.ZERO)).isEmpty();
        now.set(Instant.ofEpochMilli(1));
        assertThat(wrong.register("ada").registration().registeredAt()).contains(now.get());
        now.set(moment);
      }
      try (UsernameRegistry again = options.open()) {
        assertThat(again.lookup("ada")).isPresent();
        assertThat(again.registries()).hasSize(2);
      }
    }
  }

  /** Others would be read back as no time. */
  @Test
  void aClockSaysTheFirstMomentToTheLastThatARecordCanSay() {
    nowMillis.set(0);
    assertThat(registry.register("ada").registration().registeredAt()).contains(Instant.EPOCH);
    nowMillis.set(RegistrationRecord.TIME_MAX_MILLIS);
    Registration last = registry.register("eve").registration();
    assertThat(registry.release("eve")).contains(last);
    for (long millis : new long[] {-1, RegistrationRecord.TIME_MAX_MILLIS + 1}) {
      nowMillis.set(millis);
      assertThatThrownBy(() -> registry.register("bob"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the clock says");
    }
  }
}
