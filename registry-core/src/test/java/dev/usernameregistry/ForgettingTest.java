package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A registry is forgotten while others use it, or cannot be. */
class ForgettingTest {
  private final KeptStorage storage = new KeptStorage();
  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final HeldTasks steps = new HeldTasks();
  private final List<String> released = new ArrayList<>();
  private final ScriptedNetwork network = new ScriptedNetwork();
  private final SilentNetwork adas = new SilentNetwork();
  private final UsernameRegistry ada = UsernameRegistry.builder().network(adas).open();
  private final UsernameRegistry bob = open();

  private UsernameRegistry open() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void nameReleased(Registration registration) {
            released.add(registration.username());
          }
        };
    RegistryBuilder options =
        UsernameRegistry.builder()
            .storage(storage)
            .network(network)
            .listener(listener)
            .listenerExecutor(Runnable::run)
            .clock(() -> Instant.ofEpochMilli(nowMillis.get()));
    options.worker = steps;
    return options.open();
  }

  @AfterEach
  void close() {
    storage.deletesFailing = false;
    ada.close();
    bob.close();
  }

  private static void fail() {
    throw new IllegalStateException("a network's own bug");
  }

  /** Has Bob follow Ada, who registers a name; its blocks come to him. */
  private void follow(String name) throws Exception {
    bob.follow(ada.key());
    steps.runAll();
    nowMillis.addAndGet(1_000);
    ada.register(name);
    Copies.bring(adas.host().ownLog(), network.replicated().get(0));
  }

  private List<RegistryInfo> forget() {
    return bob.forgetStale(Duration.ofMillis(1));
  }

  @Test
  void aStepThatWaitsIsNotTakenAfterItsRegistryIsForgotten() throws Exception {
    follow("ada");

    assertThat(forget()).hasSize(1);
    steps.runAll();

    assertThat(bob.lookup("ada")).isEmpty();
  }

  @Test
  void aStepThatIsUnderWayEndsBeforeItsRegistryIsForgotten() throws Exception {
    follow("ada");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    storage.afterRead =
        block -> {
          if (block == 1) { // the last one
            reading.countDown();
            ConcurrentCallersTest.await(disk);
          }
        };
    Thread stepping = new Thread(steps::runAll);
    stepping.start();
    ConcurrentCallersTest.await(reading);
    Thread forgetting = new Thread(this::forget);
    forgetting.start();
    Threads.await(forgetting, Thread.State.BLOCKED, Thread.State.TERMINATED);
    disk.countDown();
    stepping.join();
    forgetting.join();

    assertThat(bob.registries()).hasSize(1);
    assertThat(bob.lookup("ada")).isEmpty();
  }

  @Test
  void whoeverListensIsToldAtOnceThatItsNamesAreGone() throws Exception {
    follow("ada");
    steps.runAll();
    storage.deletesFailing = true;
    assertThatThrownBy(this::forget).hasMessageContaining("no space left on device");
    assertThat(released).as("gone until they are followed anew").containsExactly("ada");
    steps.runAll();
    storage.deletesFailing = false;

    assertThat(forget()).hasSize(1);

    assertThat(released).containsExactly("ada", "ada");
  }

  @Test
  void aRegistryThatTheNetworkFailsToForgetIsStillFollowed() throws Exception {
    follow("ada");
    network.duringForget = ForgettingTest::fail;
    assertThatThrownBy(this::forget).hasMessage("a network's own bug");

    ada.register("eve");
    network.replicated().get(0).apply(adas.host().ownLog().proveNewest().orElseThrow());
    steps.runAll();

    assertThat(bob.lookup("ada")).isPresent();
    assertThat(bob.lookup("eve")).isPresent();
  }

  @Test
  void whatIsAnnouncedWhileTheNetworkFailsToForgetIsMissing() throws Exception {
    follow("ada");
    steps.runAll();
    network.duringForget =
        () -> {
          network.announce(Announced.peer(ada.key(), Map.of(ada.key(), Announced.stuck(99))));
          steps.runAll();
          fail();
        };
    assertThatThrownBy(this::forget).hasMessage("a network's own bug");

    assertThat(((RegisterResult.Registered) bob.register("bob")).sync().behind())
        .extracting(SyncReport.Entry::registryKey)
        .containsExactly(Optional.of(ada.key()));
  }

  @Test
  void theFailureOfTheDiskIsToldAlsoIfTheNetworkFailsAfterIt() throws Exception {
    follow("ada");
    storage.deletesFailing = true;
    network.duringReplicate = log -> fail();

    assertThatThrownBy(this::forget)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("no space left on device")
        .cause()
        .satisfies(
            first ->
                assertThat(first.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("a network's own bug"));
  }
}
