package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SimulatedNetwork;
import dev.usernameregistry.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for peers is told when they are here, and when they did not come. */
class AwaitPeersTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedNetwork.Endpoint aliceEnd = network.endpoint();
  private final SimulatedNetwork.Endpoint bobEnd = network.endpoint();
  private final UsernameRegistry alice = UsernameRegistry.builder().network(aliceEnd).open();
  private final UsernameRegistry bob = UsernameRegistry.builder().network(bobEnd).open();
  private final ScriptedNetwork carols = new ScriptedNetwork();

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  @Test
  void waitingEndsWhenThePeerComes() throws Exception {
    FutureTask<Boolean> met = startWaiting(bob);

    network.connect(aliceEnd, bobEnd);

    assertThat(met.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(bob.peers()).hasSize(1);
    assertThat(bob.awaitPeers(1, Duration.ZERO)).isTrue();
  }

  /** Has a registry wait for a peer, and returns when it does. */
  private static FutureTask<Boolean> startWaiting(UsernameRegistry registry) {
    FutureTask<Boolean> met = new FutureTask<>(() -> registry.awaitPeers(1, LONG));
    Threads.await(Threads.start(met), Thread.State.TIMED_WAITING);
    return met;
  }

  /** Both are looked at together: what it announced, which fails, and that it is there. */
  @Test
  void waitingEndsWhenThePeerComesAlthoughItCannotBeStoredThatItWasSeen() throws Exception {
    KeptStorage storage = new KeptStorage();
    AtomicLong nowSeconds = new AtomicLong();
    HeldTasks looks = new HeldTasks();
    RegistryBuilder options = UsernameRegistry.builder().storage(storage).network(carols);
    options.clock(() -> Instant.ofEpochSecond(nowSeconds.get())).worker = looks;
    try (UsernameRegistry carol = options.open()) {
      carol.follow(alice.key());
      looks.runAll();
      FutureTask<Boolean> met = startWaiting(carol);

      nowSeconds.set(Duration.ofDays(1).toSeconds());
      storage.tablesFailing = true;
      carols.connect(alice(true));
      carols.announce(alice(true));
      looks.runAll();
      storage.tablesFailing = false;

      assertThat(met.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void waitingEndsWhenThePeerComesAlthoughNoThreadCanBeStartedThatLooks() throws Exception {
    AtomicBoolean refusing = new AtomicBoolean();
    RegistryBuilder options = UsernameRegistry.builder().network(carols);
    options.worker =
        look -> {
          if (refusing.get()) {
            throw new RejectedExecutionException();
          }
          look.run();
        };
    try (UsernameRegistry carol = options.open()) {
      FutureTask<Boolean> met = startWaiting(carol);

      refusing.set(true);
      carols.connect(alice(true));

      assertThat(met.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whenTimeIsUpItIsSaid() {
    network.connect(aliceEnd, bobEnd);

    assertThat(bob.awaitPeers(2, Duration.ofMillis(1))).isFalse();
    assertThat(bob.awaitPeers(2, Duration.ZERO)).isFalse();
  }

  @Test
  void onePeerThatIsConnectedInTwoWaysIsOne() {
    carols.show(alice(true), alice(false));
    try (UsernameRegistry carol = UsernameRegistry.builder().network(carols).open()) {
      assertThat(carol.awaitPeers(1, Duration.ZERO)).isTrue();
      assertThat(carol.awaitPeers(2, Duration.ZERO)).isFalse();
    }
  }

  private PeerState alice(boolean initiator) {
    return new PeerState(
        alice.key(),
        "127.0.0.1:1",
        initiator,
        Instant.EPOCH,
        Optional.of(alice.key()),
        true,
        Map.of());
  }

  @Test
  void withoutANetworkNobodyIsWaitedFor() {
    try (UsernameRegistry carol = UsernameRegistry.builder().open()) {
      assertThat(carol.awaitPeers(1, LONG)).isFalse();
    }
  }

  @Test
  void closingEndsTheWaiting() {
    FutureTask<Boolean> met = startWaiting(bob);

    bob.close();

    assertThatThrownBy(() -> met.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aTimeBelowZeroIsRefused() {
    assertThatThrownBy(() -> bob.awaitPeers(1, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout is 0 or more");
  }
}
