package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Waiting while thousands of registries come does not look at all of them each time one comes. */
class ManyRegistriesWaitTest {
  private static final int REGISTRIES = 400;
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final List<KnownRegistry> registries = new ArrayList<>();
  private volatile PeerState peer = peer(Map.of());
  private volatile boolean gone;
  private final PeerSync sync = sync();

  private PeerSync sync() {
    try {
      KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
      Map<Key, PeerState.RemoteHead> heads = new HashMap<>();
      for (int i = 0; i < REGISTRIES; i++) {
        Key key = Key.of(ByteBuffer.allocate(Key.BYTES).putInt(i).array());
        registries.add(known.add(key).orElseThrow());
        heads.put(key, new PeerState.RemoteHead(2, 0, Optional.empty()));
      }
      peer = peer(heads);
      return new PeerSync(known, this::peers, () -> false, LONG, nanos::get);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private PeerState peer(Map<Key, PeerState.RemoteHead> heads) {
    Key key = Key.of(new byte[Key.BYTES]);
    return new PeerState(
        key, "h:1", true, Instant.EPOCH, heads.keySet().stream().findAny(), true, heads);
  }

  private List<PeerState> peers() {
    looks.incrementAndGet();
    return gone ? List.of() : List.of(peer);
  }

  /** Has a thread do {@code waiting}, and returns when it waits. */
  private static Thread started(FutureTask<?> waiting) {
    Thread thread = Threads.start(waiting);
    awaitWaiting(thread);
    return thread;
  }

  /** Returns when the thread has looked at what changed, or is done. */
  private static void awaitWaiting(Thread thread) {
    Threads.await(thread, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
  }

  private void come(KnownRegistry registry, Thread waiting) {
    registry.progress = new Progress(0, 2, 0, false, 1, 0, 0);
    sync.changed();
    awaitWaiting(waiting);
  }

  @Test
  void awaitSyncedLooksAtAllNowAndThenAndEndsWhenAllAreHere() throws Exception {
    FutureTask<SyncReport> synced = new FutureTask<>(() -> sync.awaitAll(LONG));
    Thread waiting = started(synced);

    for (KnownRegistry registry : registries) {
      assertThat(synced.isDone()).isFalse();
      come(registry, waiting);
    }

    SyncReport report = synced.get(60, TimeUnit.SECONDS);
    assertThat(report.complete()).isTrue();
    assertThat(report.entries()).hasSize(REGISTRIES);
    assertThat(looks).as("looks at all").hasValueLessThan(REGISTRIES / 4);
  }

  @Test
  void waitingEndsAtOnceWhenThePeerIsStuck() throws Exception {
    FutureTask<SyncReport> talking = new FutureTask<>(sync::awaitTalking);
    Thread waiting = started(talking);
    Map<Key, PeerState.RemoteHead> stuck = new HashMap<>();
    peer.heads()
        .forEach((key, head) -> stuck.put(key, new PeerState.RemoteHead(2, 0, Optional.of("x"))));

    peer = peer(stuck);
    sync.announced(List.of(peer));
    awaitWaiting(waiting);

    assertThat(talking.get(60, TimeUnit.SECONDS).behind()).hasSize(REGISTRIES);
  }

  @Test
  void waitingEndsAtOnceWhenThePeerIsGone() throws Exception {
    FutureTask<SyncReport> synced = new FutureTask<>(() -> sync.awaitAll(LONG));
    Thread waiting = started(synced);
    come(registries.get(0), waiting);
    assertThat(synced.isDone()).isFalse();

    gone = true;
    sync.peersChanged();

    assertThat(synced.get(60, TimeUnit.SECONDS).entries()).isEmpty();
  }

  @Test
  void whenTimeIsUpTheReportIsThatOfThisMoment() throws Exception {
    FutureTask<SyncReport> synced = new FutureTask<>(() -> sync.awaitAll(LONG));
    Thread waiting = started(synced);
    registries.subList(1, REGISTRIES).forEach(registry -> come(registry, waiting));
    assertThat(synced.isDone()).isFalse();

    nanos.addAndGet(LONG.toNanos());
    sync.changed();

    assertThat(synced.get(60, TimeUnit.SECONDS).behind()).hasSize(1);
  }

  @Test
  void awaitPeersDoesNotLookAtPeersWhenARegistryComes() throws Exception {
    FutureTask<Boolean> met = new FutureTask<>(() -> sync.awaitPeers(2, LONG));
    Thread waiting = started(met);
    registries.forEach(registry -> come(registry, waiting));
    assertThat(looks).hasValueLessThan(3);

    sync.close();
    waiting.join();
  }
}
