package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.SilentNetwork;
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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A network that takes its time, one that has peers at once, and one that fails as it ends. */
class UnusualNetworkTest {
  private static final Key STRANGER = Key.of(new byte[Key.BYTES]);

  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final KeptStorage storage = new KeptStorage();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private volatile List<PeerState> peers = List.of();
  private volatile Runnable duringForget = () -> {};

  private UsernameRegistry open(Consumer<Log> duringReplicate, Runnable onClose) {
    return builder(duringReplicate, onClose).open();
  }

  private RegistryBuilder builder(Consumer<Log> duringReplicate, Runnable onClose) {
    LogNetwork network =
        new SilentNetwork() {
          @Override
          public void replicate(Log log) {
            duringReplicate.accept(log);
            calls.add("replicate");
          }

          @Override
          public void forget(Log log) {
            duringForget.run();
            calls.add("forget");
          }

          @Override
          public List<PeerState> peers() {
            return peers;
          }

          @Override
          public void close() {
            onClose.run();
          }
        };
    return UsernameRegistry.builder()
        .storage(storage)
        .network(network)
        .clock(() -> Instant.ofEpochMilli(nowMillis.get()));
  }

  /** Else the network would have a log whose storage is gone. */
  @Test
  void aRegistryIsNotForgottenWhileItIsStillBeingAdded() throws Exception {
    List<UsernameRegistry> opened = new ArrayList<>();
    Thread forgetting = new Thread(() -> opened.get(0).forgetStale(Duration.ofMillis(1)));
    try (UsernameRegistry registry = open(log -> startAndLet(forgetting), () -> {})) {
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
    Consumer<Log> duringReplicate =
        log -> {
          if (log.key().equals(newcomer)) {
            startAndLet(forgetting);
            peers = List.of(peerOf(STRANGER), peerOf(newcomer));
            opened.get(0).registries();
          }
        };
    try (UsernameRegistry registry = open(duringReplicate, () -> {})) {
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
    try (UsernameRegistry registry = open(log -> {}, () -> {})) {
      registry.follow(STRANGER);
      nowMillis.addAndGet(1_000);
      duringForget =
          () -> {
            throw new IllegalStateException("a network's own bug");
          };

      assertThatThrownBy(() -> registry.forgetStale(Duration.ofMillis(1)))
          .hasMessage("a network's own bug");

      assertThat(registry.registries()).hasSize(2);
      duringForget = () -> {};
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
    AtomicBoolean failing = new AtomicBoolean(true);
    Consumer<Log> duringReplicate =
        log -> {
          if (failing.get()) {
            throw new IllegalStateException("a network's own bug");
          }
        };
    RegistryBuilder options = builder(duringReplicate, () -> {});
    try (UsernameRegistry registry =
        options.listener(listener).listenerExecutor(Runnable::run).open()) {

      assertThatThrownBy(() -> registry.follow(STRANGER)).hasMessage("a network's own bug");

      assertThat(registry.registries()).hasSize(1);
      assertThat(found).isEmpty();
      failing.set(false);
      registry.follow(STRANGER);
      assertThat(registry.registries()).hasSize(2);
      assertThat(found).containsExactly(STRANGER);
    }
  }

  @Test
  void oneRegistryThatTheNetworkFailsToTakeKeepsNoOtherFromBeingAdded() {
    AtomicBoolean failing = new AtomicBoolean(true);
    Consumer<Log> duringReplicate =
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
    peers =
        IntStream.range(0, 5)
            .mapToObj(number -> peerOf(Key.of(Arrays.copyOf(new byte[] {(byte) number}, 32))))
            .toList();
    RegistryBuilder options = builder(duringReplicate, () -> {});
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
        Map.of());
  }

  /** Starts {@code thread}, long after, and returns when it can go no further. */
  private void startAndLet(Thread thread) {
    nowMillis.addAndGet(1_000);
    thread.start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      assertThat(System.nanoTime()).as("still %s", thread.getState()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aListenerOfTheBuilderMissesNothingOfTheStart() {
    peers =
        List.of(
            new PeerState(STRANGER, "h:1", true, Instant.EPOCH, Optional.of(STRANGER), Map.of()));
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
    RegistryBuilder options = builder(log -> {}, () -> {});
    options.listener(listener).listener(listener).listenerExecutor(Runnable::run);
    options.worker = new Trampoline();

    options.open().close();

    assertThat(told).containsExactly("found true", "found true", "connected h:1", "connected h:1");
  }

  @Test
  void aNetworkThatFailsToEndLeavesNoThreadAndNoOpenStorage() {
    UsernameRegistry registry =
        open(
            log -> {},
            () -> {
              throw new IllegalStateException("a network's own bug");
            });
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
