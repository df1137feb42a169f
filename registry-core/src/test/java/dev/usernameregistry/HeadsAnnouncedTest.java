package dev.usernameregistry;

import static dev.usernameregistry.Announced.head;
import static dev.usernameregistry.Announced.stuck;
import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes of it that the network tells heads, and peers, one after another. */
class HeadsAnnouncedTest {
  private static final Key STRANGER = numbered(1);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final KeptStorage storage = new KeptStorage();
  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final AtomicLong nanos = new AtomicLong();
  private final HeldTasks looks = new HeldTasks();
  private final List<String> events = new ArrayList<>();
  private final ScriptedNetwork network = new ScriptedNetwork();
  private final UsernameRegistry registry = open();

  private UsernameRegistry open() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void peerConnected(PeerState peer) {
            events.add("connected " + peer.address());
          }

          @Override
          public void peerDisconnected(PeerState peer) {
            events.add("disconnected " + peer.address());
          }
        };
    RegistryBuilder options =
        UsernameRegistry.builder()
            .storage(storage)
            .network(network)
            .syncTimeout(TIMEOUT)
            .clock(() -> Instant.ofEpochMilli(nowMillis.get()))
            .listener(listener)
            .listenerExecutor(Runnable::run);
    options.worker = looks;
    options.nanoTime = nanos::get;
    return options.open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static PeerState peer(String address, Map<Key, PeerState.RemoteHead> heads) {
    return new PeerState(
        numbered(100), address, true, Instant.EPOCH, Optional.of(STRANGER), true, heads);
  }

  private static PeerState peer(PeerState.RemoteHead head) {
    return peer("h:1", Map.of(STRANGER, head));
  }

  /** These peers are connected from now on, and are looked at. */
  private void connect(PeerState... connected) {
    network.connect(connected);
    looks.runAll();
  }

  private SyncReport register(String name) {
    return ((RegisterResult.Registered) registry.register(name)).sync();
  }

  private Instant lastSeen() {
    network.show(); // else asking is seeing
    return registry.registries().get(1).lastSeenAt();
  }

  @Test
  void aHeadThatIsAnnouncedIsInTheNextReport() {
    connect(peer(head(0)));
    assertThat(register("ada")).isEqualTo(new SyncReport(1, List.of()));

    network.announce(peer(stuck(2)));

    assertThat(register("bob").behind())
        .extracting(entry -> entry.reason().orElseThrow())
        .containsExactly("too large");
  }

  @Test
  void forOneHeadTheNetworkIsNotAskedForAllPeers() {
    connect(peer(head(0)));
    long asked = network.askedCount();

    network.announce(peer(head(2)));
    looks.runAll();

    assertThat(network.askedCount()).isEqualTo(asked);
  }

  /** Registering would wait for ever, for this clock stands still from then on. */
  @Test
  void aPeerIsSilentSinceItAnnouncedAndNotOnlySinceSomebodyWaits() throws Exception {
    connect(peer(head(0)));
    network.announce(peer(head(2)));
    looks.runAll();
    nanos.addAndGet(TIMEOUT.toNanos());
    FutureTask<SyncReport> registered = new FutureTask<>(() -> register("ada"));
    Threads.start(registered);

    assertThat(registered.get(60, TimeUnit.SECONDS).behind()).hasSize(1);
  }

  @Test
  void whoAnnouncesWhatIsHereIsWaitedForNoLonger() throws Exception {
    connect(peer("h:1", Map.of()));
    FutureTask<SyncReport> synced = new FutureTask<>(() -> registry.awaitSynced(TIMEOUT));
    Threads.await(Threads.start(synced), Thread.State.TIMED_WAITING);

    network.announce(peer(head(0)));
    looks.runAll();

    assertThat(synced.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void aRegistryIsSeenWhenItsHeadIsAnnounced() {
    connect(peer(head(0)));
    nowMillis.set(5_000);
    network.announce(peer(head(2)));
    looks.runAll();
    nowMillis.set(9_000);

    assertThat(lastSeen()).isEqualTo(Instant.ofEpochMilli(5_000));
  }

  @Test
  void whatAPeerToldOrAnnouncedBeforeItIsSeenToBeConnectedIsSeenThen() {
    Key second = numbered(2);
    registry.follow(STRANGER);
    registry.follow(second);
    nowMillis.set(5_000);
    connect(peer("h:1", Map.of(second, head(2))));
    nowMillis.set(9_000);
    network.show(); // else asking is seeing

    assertThat(registry.registries().subList(1, 3))
        .extracting(RegistryInfo::lastSeenAt)
        .containsOnly(Instant.ofEpochMilli(5_000));
  }

  @Test
  void aRegistryIsLastSeenWhenWhoAnnouncedItGoesAndNotLater() {
    registry.follow(STRANGER);
    PeerState other =
        new PeerState(numbered(100), "h:1", true, Instant.EPOCH, Optional.empty(), true, Map.of());
    connect(other);
    network.announce(peer(head(2)));
    looks.runAll();
    nowMillis.set(5_000);
    connect();
    nowMillis.set(9_000);
    connect(other);
    connect();

    assertThat(lastSeen()).isEqualTo(Instant.ofEpochMilli(5_000));
  }

  @Test
  void whatIsToldWhilePeersAreLookedAtIsLookedAtNext() {
    looks.runAll();
    network.whenNextAsked(() -> network.host().registryTold(peer(head(0)), STRANGER));
    connect();

    assertThat(registry.registries()).extracting(RegistryInfo::key).contains(STRANGER);
  }

  @Test
  void whatWasToldOnceAndForgottenIsNotAddedAgain() {
    network.host().registryTold(peer("h:1", Map.of()), STRANGER);
    looks.runAll();
    nowMillis.addAndGet(1_000);
    assertThat(registry.forgetStale(Duration.ofMillis(1))).hasSize(1);

    connect();

    assertThat(registry.registries()).hasSize(1);
  }

  @Test
  void aPeerThatCameAgainBetweenTwoLooksWentAndCame() {
    connect(peer("h:1", Map.of()));
    PeerState before = network.peers().get(0);
    connect(
        new PeerState(
            before.publicKey(),
            before.address(),
            true,
            Instant.ofEpochMilli(1),
            before.registryKey(),
            true,
            Map.of()));

    assertThat(events).containsExactly("connected h:1", "disconnected h:1", "connected h:1");
  }

  @Test
  void eachConnectionIsToldOnceAsItComesAndOnceAsItGoes() {
    connect(peer("h:1", Map.of()), peer("h:2", Map.of()));
    connect(peer("h:2", Map.of()));
    connect(peer("h:2", Map.of()));
    connect(peer("h:1", Map.of()), peer("h:2", Map.of()));

    assertThat(events)
        .containsExactly("connected h:1", "connected h:2", "disconnected h:1", "connected h:1");
  }

  @Test
  void aPeerThatCameWhileTheDiskFailedIsToldWhenMoreIsTold() {
    connect(peer(head(0)));
    nowMillis.addAndGet(Duration.ofDays(1).toMillis());
    storage.tablesFailing = true;
    connect(peer(head(0)), peer("h:2", Map.of()));
    storage.tablesFailing = false;
    assertThat(events).containsExactly("connected h:1");

    network.host().headsChanged(List.of());
    looks.runAll();

    assertThat(events).containsExactly("connected h:1", "connected h:2");
  }

  @Test
  void aNetworkThatFailsToSayWhoIsConnectedIsAskedAgainWhenItTellsMore() {
    network.whenNextAsked(
        () -> {
          throw new IllegalStateException("a network's own bug");
        });
    connect(peer(head(0)));
    assertThat(events).isEmpty();

    network.host().headsChanged(List.of());
    looks.runAll();

    assertThat(events).containsExactly("connected h:1");
  }

  @Test
  void aLookThatEndsInAnErrorIsTakenAgainWhenMoreIsTold() {
    network.whenNextAsked(
        () -> {
          throw new OutOfMemoryError("no room");
        });
    assertThatThrownBy(() -> connect(peer(head(0)))).hasMessage("no room");

    network.host().headsChanged(List.of());
    looks.runAll();

    assertThat(events).containsExactly("connected h:1");
  }

  /** The network shows it before it tells of it, while another's coming is looked at. */
  @Test
  void whoeverIsToldToBeConnectedIsComparedBeforeTheNextChange() {
    connect();
    network.host().peersChanged();
    assertThat(register("ada")).isEqualTo(new SyncReport(0, List.of()));

    network.show(peer(stuck(2)));
    looks.runAll();

    assertThat(events).containsExactly("connected h:1");
    assertThat(register("bob").behind()).hasSize(1);
  }
}
