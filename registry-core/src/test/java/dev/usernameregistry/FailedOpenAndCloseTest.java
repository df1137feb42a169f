package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Threads;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What others are told, or not, while a registry opens and closes, and what is left then. */
class FailedOpenAndCloseTest {
  private static final Key STRANGER = KnownRegistriesTest.numbered(1);

  private final KeptStorage storage = new KeptStorage();
  private final List<String> told = new ArrayList<>();
  private final RegistryListener listener =
      new RegistryListener() {
        @Override
        public void nameRegistered(Registration registration) {
          told.add(registration.username());
        }
      };

  private static void hasNoThread(Key registry) {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(
            thread -> thread.getName().startsWith("username-registry-" + registry.shortHex()));
  }

  @Test
  void aNetworkThatTellsSomethingBeforeItFailsToStartLeavesNoThread() {
    List<Key> opened = new ArrayList<>();
    assertThatThrownBy(
            () ->
                UsernameRegistry.builder()
                    .network(
                        host -> {
                          opened.add(host.ownLog().key());
                          host.peersChanged();
                          throw new IllegalStateException("a network's own bug");
                        })
                    .open())
        .hasMessage("a network's own bug");

    hasNoThread(opened.get(0));
  }

  /** Else it would be known and not fetched. */
  @Test
  void aRegistryThatIsToldWhileTheNetworkStartsIsReplicated() {
    ScriptedNetwork network = new ScriptedNetwork();
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(
                host -> {
                  host.registryTold(Announced.peer(STRANGER, Map.of()), STRANGER);
                  return network.start(host);
                });
    options.worker = new Trampoline();
    try (UsernameRegistry registry = options.open()) {
      assertThat(registry.registries()).hasSize(2);
      assertThat(network.replicated()).extracting(Log::key).containsExactly(STRANGER);
    }
  }

  @Test
  void ofOnesOwnNamesThatTheIndexLackedNothingIsToldAsOneOpens() {
    try (UsernameRegistry registry = UsernameRegistry.builder().storage(storage).open()) {
      registry.subscribe(listener);
      storage.tablesFailing = true;
      assertThatThrownBy(() -> registry.register("ada")).isInstanceOf(RegistryException.class);
      storage.tablesFailing = false;
    }
    assertThat(told).isEmpty();

    try (UsernameRegistry registry = opened(new SilentNetwork())) {
      assertThat(registry.lookup("ada")).isPresent();
      assertThat(told).isEmpty();
    }
  }

  private UsernameRegistry opened(SilentNetwork network) {
    RegistryBuilder options = UsernameRegistry.builder().storage(storage).network(network);
    options.listener(listener).listenerExecutor(Runnable::run).worker = new Trampoline();
    return options.open();
  }

  @Test
  void namesOfOthersThatTheIndexLackedAreToldAsOneOpens() throws Exception {
    SilentNetwork adas = new SilentNetwork();
    ScriptedNetwork bobs = new ScriptedNetwork();
    RegistryBuilder options = UsernameRegistry.builder().storage(storage).network(bobs);
    options.worker = task -> {};
    try (UsernameRegistry ada = UsernameRegistry.builder().network(adas).open();
        UsernameRegistry bob = options.open()) {
      ada.register("ada");
      bob.follow(ada.key());
      Copies.bring(adas.host().ownLog(), bobs.replicated().get(0));
      assertThat(bob.lookup("ada")).isEmpty();
    }

    try (UsernameRegistry bob = opened(new SilentNetwork())) {
      assertThat(bob.lookup("ada")).isPresent();
      assertThat(told).containsExactly("ada");
    }
  }

  @Test
  void aDiskThatFailsAtTheEndLeavesNoThreadAndNoOpenStorage() {
    UsernameRegistry registry = UsernameRegistry.builder().storage(storage).open();
    registry.subscribe(listener);
    registry.register("ada"); // somebody is told, so that there is a thread
    storage.tablesFailing = true;

    assertThatThrownBy(registry::close).hasMessageContaining("no space left on device");

    hasNoThread(registry.key());
    assertThat(storage.closes).hasValue(1);
  }

  @Test
  void nobodyIsToldAnythingAfterTheEnd() {
    Queue<Runnable> calls = new ArrayDeque<>();
    UsernameRegistry registry =
        UsernameRegistry.builder().listener(listener).listenerExecutor(calls::add).open();
    registry.register("ada");

    registry.close();
    calls.forEach(Runnable::run);

    assertThat(calls).isNotEmpty();
    assertThat(told).isEmpty();
  }

  /** As it ends, the network has no peers any more, and so nobody who would have the name. */
  @Test
  void whoWaitsForPeersRegistersNothingAsTheNetworkEnds() throws Exception {
    ScriptedNetwork network = new ScriptedNetwork();
    network.show(Announced.peer(STRANGER, Map.of(STRANGER, Announced.head(2))));
    RegistryBuilder options = UsernameRegistry.builder().network(network);
    options.syncTimeout(Duration.ofHours(1)).worker = new Trampoline();
    options.nanoTime = () -> 0;
    UsernameRegistry registry = options.open();
    FutureTask<RegisterResult> registering = new FutureTask<>(() -> registry.register("ada"));
    Threads.await(Threads.start(registering), Thread.State.TIMED_WAITING);
    network.duringClose =
        () -> {
          network.connect(); // nobody
          awaitEnd(registering);
        };

    registry.close();

    assertThatThrownBy(() -> registering.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before anything was written");
  }

  private static void awaitEnd(FutureTask<?> task) {
    try {
      task.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException expected) {
      assertThat(expected).hasCauseInstanceOf(IllegalStateException.class);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRegistryEndsAlsoIfItsListenersAreSlowerThanWhatIsFollowed() throws Exception {
    SilentNetwork adas = new SilentNetwork();
    ScriptedNetwork bobs = new ScriptedNetwork();
    int names = 10_000;
    UsernameRegistry bob =
        UsernameRegistry.builder()
            .network(bobs)
            .listener(listener)
            .listenerExecutor(call -> {}) // never
            .open();
    try (UsernameRegistry ada = UsernameRegistry.builder().network(adas).open()) {
      ada.registerAll(IntStream.range(0, names).mapToObj(n -> "name_" + n).toList());
      bob.follow(ada.key());
      Copies.bring(adas.host().ownLog(), bobs.replicated().get(0));
    }
    Thread worker =
        Thread.getAllStackTraces().keySet().stream()
            .filter(one -> one.getName().equals("username-registry-" + bob.key().shortHex()))
            .findAny()
            .orElseThrow();
    Threads.await(worker, Thread.State.WAITING);
    assertThat(bob.listAll()).hasSizeLessThan(names);
    FutureTask<Void> closing = new FutureTask<>(bob::close, null);
    Threads.start(closing);

    closing.get(60, TimeUnit.SECONDS);
  }
}
