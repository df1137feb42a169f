package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.SilentNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A registry is forgotten while others use it, or cannot be. */
class ForgettingTest {
  private final KeptStorage storage = new KeptStorage();
  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
  private final List<String> released = new ArrayList<>();
  private final List<Log> replicated = new ArrayList<>();
  private volatile List<PeerState> peers = List.of();
  private volatile Runnable duringForget = () -> {};
  private volatile Runnable duringReplicate = () -> {};

  private final SilentNetwork network =
      new SilentNetwork() {
        @Override
        public void replicate(Log log) {
          duringReplicate.run();
          replicated.add(log);
        }

        @Override
        public void forget(Log log) {
          duringForget.run();
        }

        @Override
        public List<PeerState> peers() {
          return peers;
        }
      };
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
    options.worker = steps::add;
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

  private void takeSteps() {
    for (Runnable next; (next = steps.poll()) != null; ) {
      next.run();
    }
  }

  /** Has Bob follow Ada, who registers a name; its blocks come to him. */
  private void follow(String name) throws Exception {
    bob.follow(ada.key());
    takeSteps();
    nowMillis.addAndGet(1_000);
    ada.register(name);
    Copies.bring(adas.host().ownLog(), replicated.get(0));
  }

  private List<RegistryInfo> forget() {
    return bob.forgetStale(Duration.ofMillis(1));
  }

  @Test
  void aStepThatWaitsIsNotTakenAfterItsRegistryIsForgotten() throws Exception {
    follow("ada");

    assertThat(forget()).hasSize(1);
    takeSteps();

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
    Thread stepping = new Thread(this::takeSteps);
    stepping.start();
    ConcurrentCallersTest.await(reading);
    Thread forgetting = new Thread(this::forget);
    forgetting.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (forgetting.isAlive() && forgetting.getState() != Thread.State.BLOCKED) {
      assertThat(System.nanoTime()).as("still %s", forgetting.getState()).isLessThan(end);
      Thread.onSpinWait();
    }
    disk.countDown();
    stepping.join();
    forgetting.join();

    assertThat(bob.registries()).hasSize(1);
    assertThat(bob.lookup("ada")).isEmpty();
  }

  @Test
  void whoeverListensIsToldAtOnceThatItsNamesAreGone() throws Exception {
    follow("ada");
    takeSteps();
    storage.deletesFailing = true;
    assertThatThrownBy(this::forget).hasMessageContaining("no space left on device");
    assertThat(released).as("gone until they are followed anew").containsExactly("ada");
    takeSteps();
    storage.deletesFailing = false;

    assertThat(forget()).hasSize(1);

    assertThat(released).containsExactly("ada", "ada");
  }

  @Test
  void aRegistryThatTheNetworkFailsToForgetIsStillFollowed() throws Exception {
    follow("ada");
    duringForget = ForgettingTest::fail;
    assertThatThrownBy(this::forget).hasMessage("a network's own bug");

    ada.register("eve");
    replicated.get(0).apply(adas.host().ownLog().proveNewest().orElseThrow());
    takeSteps();

    assertThat(bob.lookup("ada")).isPresent();
    assertThat(bob.lookup("eve")).isPresent();
  }

  @Test
  void whatIsAnnouncedWhileTheNetworkFailsToForgetIsMissing() throws Exception {
    follow("ada");
    takeSteps();
    duringForget =
        () -> {
          peers = List.of(announcing(ada.key(), 99));
          network.host().headsChanged(peers);
          takeSteps();
          fail();
        };
    assertThatThrownBy(this::forget).hasMessage("a network's own bug");

    assertThat(((RegisterResult.Registered) bob.register("bob")).sync().behind())
        .extracting(SyncReport.Entry::registryKey)
        .containsExactly(Optional.of(ada.key()));
  }

  /** Returns a peer from which no more comes, so that nobody waits for it. */
  private static PeerState announcing(Key registry, long length) {
    PeerState.RemoteHead head = new PeerState.RemoteHead(length, 0, Optional.of("too large"));
    return new PeerState(
        registry, "h:1", true, Instant.EPOCH, Optional.of(registry), Map.of(registry, head));
  }

  @Test
  void theFailureOfTheDiskIsToldAlsoIfTheNetworkFailsAfterIt() throws Exception {
    follow("ada");
    storage.deletesFailing = true;
    duringReplicate = ForgettingTest::fail;

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
