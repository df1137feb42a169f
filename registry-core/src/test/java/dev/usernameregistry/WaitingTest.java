package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.testkit.SimulatedNetwork;
import dev.usernameregistry.testkit.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registering waits for peers as long as it helps, on real threads. */
class WaitingTest {
  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final AtomicLong nanos = new AtomicLong();
  private final SimulatedNetwork.Endpoint aliceEnd = network.endpoint();
  private final SimulatedNetwork.Endpoint bobEnd = network.endpoint();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final UsernameRegistry alice = registry("Alice", aliceEnd, Duration.ofMinutes(5));

  private UsernameRegistry registry(
      String name, SimulatedNetwork.Endpoint endpoint, Duration syncTimeout) {
    RegistryBuilder builder =
        UsernameRegistry.builder().registeredBy(name).network(endpoint).syncTimeout(syncTimeout);
    builder.nanoTime = nanos::get;
    UsernameRegistry registry = builder.open();
    open.add(registry);
    return registry;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void registeringWaitsForAPeerThatHasJustConnected() {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    for (int n = 0; n < 50; n++) {
      alice.register("name_" + n);
    }
    network.connect(aliceEnd, bobEnd);
    open.add(0, network.live());

    RegisterResult result = bob.register("name_49");

    assertThat(result).isInstanceOf(RegisterResult.Taken.class);
    assertThat(result.registration().registeredBy()).isEqualTo("Alice");
    assertThat(bob.register("other"))
        .isInstanceOfSatisfying(
            RegisterResult.Registered.class, got -> assertThat(got.sync().complete()).isTrue());
  }

  @Test
  void registeringWaitsUntilThePeersBlocksAreHere() throws Exception {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    alice.register("alice");
    network.withhold(alice.key());
    network.connect(aliceEnd, bobEnd);
    network.settle();

    CompletableFuture<RegisterResult> result =
        CompletableFuture.supplyAsync(() -> bob.register("alice"));
    assertThat(bob.lookup("alice")).isEmpty();
    assertThat(result).isNotDone();
    network.serve(alice.key());
    open.add(0, network.live());

    assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(RegisterResult.Taken.class);
  }

  @Test
  void justAfterTheStartRegisteringWaitsUntilTheFirstPeersAreFound() throws Exception {
    alice.register("alice");
    bobEnd.look(true);
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    CompletableFuture<RegisterResult> result =
        CompletableFuture.supplyAsync(() -> bob.register("alice"));
    CompletableFuture<SyncReport> synced =
        CompletableFuture.supplyAsync(() -> bob.awaitSynced(Duration.ofMinutes(5)));
    open.add(0, network.live());
    network.connect(aliceEnd, bobEnd);
    awaitPeer(bob);
    bobEnd.look(false);

    assertThat(result.get(60, TimeUnit.SECONDS)).isInstanceOf(RegisterResult.Taken.class);
    assertThat(synced.get(60, TimeUnit.SECONDS).entries()).isNotEmpty();
  }

  @Test
  void aNetworkThatFindsNobodyIsWaitedForNoLongerThanTheSyncTimeoutAfterTheStart() {
    bobEnd.look(true);
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofSeconds(5));
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());

    assertThat(bob.register("bob")).isInstanceOf(RegisterResult.Registered.class);
  }

  @Test
  void aSilentPeerIsNotWaitedForAgain() throws Exception {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofSeconds(5));
    network.connect(aliceEnd, bobEnd);
    network.mute(aliceEnd, bobEnd);
    awaitPeer(bob);
    assertThat(bob.awaitSynced(Duration.ZERO).behind())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.reason())
                    .contains("the peer has not told yet which registries it knows"));
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());

    RegisterResult result = bob.register("alice");

    assertThat(((RegisterResult.Registered) result).sync().complete()).isFalse();
  }

  @Test
  void closingEndsTheWaiting() throws Exception {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    network.connect(aliceEnd, bobEnd);
    network.mute(aliceEnd, bobEnd);
    awaitPeer(bob);
    CompletableFuture<RegisterResult> result =
        CompletableFuture.supplyAsync(() -> bob.register("alice"));

    bob.close();

    assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void closingLeavesNoThread() {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    bob.subscribe(new RegistryListener() {});
    network.connect(aliceEnd, bobEnd);
    network.settle();
    String threads = "username-registry-" + bob.key().shortHex();

    bob.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith(threads));
  }

  @Test
  void aListenerMayCloseWhileAnotherThreadCloses() throws Exception {
    UsernameRegistry bob = registry("Bob", bobEnd, Duration.ofMinutes(5));
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<Void> closedByListener = new CompletableFuture<>();
    bob.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            told.countDown();
            awaitUninterruptibly(closing);
            bob.close();
            closedByListener.complete(null);
          }
        });
    bob.register("bob");
    told.await();

    Thread closer = new Thread(bob::close);
    closer.start();
    Threads.await(
        closer,
        Thread.State.BLOCKED,
        Thread.State.WAITING,
        Thread.State.TIMED_WAITING,
        Thread.State.TERMINATED);
    closing.countDown();

    closedByListener.get(10, TimeUnit.SECONDS);
    closer.join(10_000);
    assertThat(closer.isAlive()).isFalse();
  }

  @Test
  void aListenerThatFailsBadlyIsStillToldOfWhatComesNext() throws Exception {
    CompletableFuture<String> second = new CompletableFuture<>();
    alice.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            if (registration.username().equals("first")) {
              throw new StackOverflowError("a listener's own bug");
            }
            second.complete(registration.username());
          }
        });

    alice.register("first");
    alice.register("second");

    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  private static void awaitPeer(UsernameRegistry registry) {
    assertThat(registry.peers()).hasSize(1);
  }
}
