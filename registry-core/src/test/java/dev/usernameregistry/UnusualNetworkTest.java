package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.Threads;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A network that takes its time, one that has peers at once, and one that fails as it ends. */
class UnusualNetworkTest {
  private static final Key STRANGER = Key.of(new byte[Key.BYTES]);

  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final KeptStorage storage = new KeptStorage();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final ScriptedNetwork network = new ScriptedNetwork();

  private RegistryBuilder builder() {
    return UsernameRegistry.builder()
        .storage(storage)
        .network(network)
        .clock(() -> Instant.ofEpochMilli(nowMillis.get()));
  }

  private static void fail() {
    throw new IllegalStateException("a network's own bug");
  }

  /** Else the network would have a log whose storage is gone. */
  @Test
  void aRegistryIsNotForgottenWhileItIsStillBeingAdded() throws Exception {
    List<UsernameRegistry> opened = new ArrayList<>();
    Thread forgetting = new Thread(() -> opened.get(0).forgetStale(Duration.ofMillis(1)));
    network.duringReplicate =
        log -> {
          startAndLet(forgetting);
          calls.add("replicate");
        };
    network.duringForget = () -> calls.add("forget");
    try (UsernameRegistry registry = builder().open()) {
      opened.add(registry);

      registry.follow(STRANGER);
      forgetting.join(TimeUnit.SECONDS.toMillis(60));

      assertThat(calls).containsExactly("replicate", "forget");
      assertThat(registry.registries()).hasSize(1);
    }
  }

  @Test
  void aRegistryThatIsSeenWhileItWaitsToBeForgottenStays() throws Exception {
    List<UsernameRegistry> opened = new ArrayList<>();
    Thread forgetting = new Thread(() -> opened.get(0).forgetStale(Duration.ofMillis(1)));
    Key newcomer = Key.of(Arrays.copyOf(new byte[] {1}, Key.BYTES));
    network.duringForget = () -> calls.add("forget");
    network.duringReplicate =
        log -> {
          if (log.key().equals(newcomer)) {
            startAndLet(forgetting);
            network.show(peerOf(STRANGER), peerOf(newcomer));
            opened.get(0).registries();
          }
        };
    try (UsernameRegistry registry = builder().open()) {
      opened.add(registry);
      registry.follow(STRANGER);

      registry.follow(newcomer);
      forgetting.join(TimeUnit.SECONDS.toMillis(60));

      assertThat(forgetting.isAlive()).isFalse();
      assertThat(calls).doesNotContain("forget");
      assertThat(registry.registries()).hasSize(3);
    }
  }

  /** Else the network would go on with a log of which nobody knows. */
  @Test
  void aRegistryThatTheNetworkFailsToForgetStaysAndCanBeForgottenLater() {
    try (UsernameRegistry registry = builder().open()) {
      registry.follow(STRANGER);
      nowMillis.addAndGet(1_000);
      network.duringForget = UnusualNetworkTest::fail;

      assertThatThrownBy(() -> registry.forgetStale(Duration.ofMillis(1)))
          .hasMessage("a network's own bug");

      assertThat(registry.registries()).hasSize(2);
      network.duringForget = () -> {};
      assertThat(registry.forgetStale(Duration.ofMillis(1))).hasSize(1);
      assertThat(registry.registries()).hasSize(1);
    }
  }

  /** Else it would be listed and never fetched. */
  @Test
  void aRegistryThatTheNetworkFailsToTakeIsNotAddedAndCanBeLater() {
    List<Key> found = Collections.synchronizedList(new ArrayList<>());
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void registryFound(RegistryInfo registry) {
            found.add(registry.key());
          }
        };
    network.duringReplicate = log -> fail();
    try (UsernameRegistry registry =
        builder().listener(listener).listenerExecutor(Runnable::run).open()) {

      assertThatThrownBy(() -> registry.follow(STRANGER)).hasMessage("a network's own bug");

      assertThat(registry.registries()).hasSize(1);
      assertThat(found).isEmpty();
      network.duringReplicate = log -> {};
      registry.follow(STRANGER);
      assertThat(registry.registries()).hasSize(2);
      assertThat(found).containsExactly(STRANGER);
    }
  }

  @Test
  void oneRegistryThatTheNetworkFailsToTakeKeepsNoOtherFromBeingAdded() {
    AtomicBoolean failing = new AtomicBoolean(true);
    network.duringReplicate =
        log -> {
          if (failing.getAndSet(false)) {
            throw new UnsupportedOperationException("a network's own bug");
          }
        };
    List<String> connected = new ArrayList<>();
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void peerConnected(PeerState peer) {
            connected.add(peer.address());
          }
        };
    network.show(
        IntStream.range(0, 5)
            .mapToObj(number -> peerOf(Key.of(Arrays.copyOf(new byte[] {(byte) number}, 32))))
            .toArray(PeerState[]::new));
    RegistryBuilder options = builder();
    options.listener(listener).listenerExecutor(Runnable::run);
    options.worker = new Trampoline();
    try (UsernameRegistry registry = options.open()) {
      assertThat(registry.registries()).as("the own one and all but one").hasSize(1 + 4);
      assertThat(connected).isNotEmpty();
    }
  }

  private static PeerState peerOf(Key registry) {
    return new PeerState(
        Key.of(new byte[Key.BYTES]),
        "127.0.0.1:1",
        true,
        Instant.EPOCH,
        Optional.of(registry),
        true,
        Map.of());
  }

  /** Starts {@code thread}, long after, and returns when it can go no further. */
  private void startAndLet(Thread thread) {
    nowMillis.addAndGet(1_000);
    thread.start();
    Threads.await(thread, Thread.State.BLOCKED, Thread.State.TERMINATED);
  }

  @Test
  void aListenerOfTheBuilderMissesNothingOfTheStart() {
    network.show(Announced.peer(STRANGER, Map.of()));
    List<String> told = new ArrayList<>();
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void registryFound(RegistryInfo registry) {
            told.add("found " + registry.key().equals(STRANGER));
          }

          @Override
          public void peerConnected(PeerState peer) {
            told.add("connected " + peer.address());
          }
        };
    RegistryBuilder options = builder();
    options.listener(listener).listener(listener).listenerExecutor(Runnable::run);
    options.worker = new Trampoline();

    options.open().close();

    assertThat(told).containsExactly("found true", "found true", "connected h:1", "connected h:1");
  }

  @Test
  void aNetworkThatFailsToEndLeavesNoThreadAndNoOpenStorage() {
    network.duringClose = UnusualNetworkTest::fail;
    UsernameRegistry registry = builder().open();
    registry.subscribe(new RegistryListener() {});
    registry.register("alice"); // a listener is told, so that there are threads
    registry.follow(STRANGER);
    String threads = "username-registry-" + registry.key().shortHex();

    assertThatThrownBy(registry::close).hasMessage("a network's own bug");

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith(threads));
    assertThat(storage.closes).hasValue(1);
  }
}
