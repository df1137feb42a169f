package dev.usernameregistry;

import static dev.usernameregistry.Announced.head;
import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which peers are waited for, and how long, on a clock that the test moves. */
class PeerSyncTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final AtomicLong nanos = new AtomicLong();
  private final KnownRegistry first;
  private final KnownRegistry second;
  private final PeerSync sync;
  private volatile List<PeerState> peers = List.of();
  private volatile boolean looking;

  PeerSyncTest() throws IOException {
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    first = known.add(numbered(1)).orElseThrow();
    second = known.add(numbered(2)).orElseThrow();
    sync = new PeerSync(known, () -> peers, () -> looking, TIMEOUT, nanos::get);
  }

  /** Returns a peer that announced two blocks of its registry. */
  private static PeerState peerOf(KnownRegistry registry) {
    return Announced.peer(registry.key(), Map.of(registry.key(), head(2)));
  }

  private static void come(KnownRegistry registry) {
    registry.progress = new Progress(0, 2, 0, false, 1, 0, 0);
  }

  /** Has a thread do {@code waiting}, and returns when it waits or is done. */
  private static <T> FutureTask<T> started(Callable<T> waiting) {
    FutureTask<T> task = new FutureTask<>(waiting);
    Threads.await(Threads.start(task), Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    return task;
  }

  @Test
  void aPeerIsSilentThatHasSentNothingSinceItsNewsWereNoted() throws Exception {
    peers = List.of(peerOf(first));
    sync.note();
    nanos.addAndGet(TIMEOUT.toNanos());

    FutureTask<SyncReport> talking = started(sync::awaitTalking);

    assertThat(talking.isDone()).isTrue();
    assertThat(talking.get().behind()).hasSize(1);
  }

  @Test
  void whoAsksForAllWaitsForASilentPeerToo() throws Exception {
    peers = List.of(peerOf(first));
    sync.note();
    nanos.addAndGet(TIMEOUT.toNanos());
    FutureTask<SyncReport> all = started(() -> sync.awaitAll(TIMEOUT));
    assertThat(all.isDone()).isFalse();

    come(first);
    sync.changed();

    assertThat(all.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void ofManyHeadsThatAreAnnouncedOneInTroubleEndsTheWaiting() throws Exception {
    peers = List.of(peerOf(second));
    FutureTask<SyncReport> talking = started(sync::awaitTalking);
    assertThat(talking.isDone()).isFalse();

    peers =
        List.of(
            Announced.peer(
                second.key(), Map.of(first.key(), head(0), second.key(), Announced.stuck(2))));
    sync.announced(List.of(peers.get(0), peerOf(first)));

    assertThat(talking.get(60, TimeUnit.SECONDS).behind())
        .extracting(entry -> entry.reason().orElseThrow())
        .containsExactly("too large");
  }

  @Test
  void aNetworkThatLooksAgainIsNotWaitedForAgain() throws Exception {
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> all = started(() -> sync.awaitAll(TIMEOUT));

    looking = true;
    come(first);
    sync.changed();

    assertThat(all.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void whenNoTimeIsLeftNobodyIsWaitedFor() throws Exception {
    assertThat(started(() -> sync.awaitPeers(1, Duration.ZERO)).get(60, TimeUnit.SECONDS))
        .isFalse();
    peers = List.of(peerOf(first));
    assertThat(started(() -> sync.awaitAll(Duration.ZERO)).get(60, TimeUnit.SECONDS).complete())
        .isFalse();
  }

  @Test
  void whoeverComesWhileOthersAreWaitedForIsNotWaitedFor() throws Exception {
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(TIMEOUT));
    assertThat(synced.isDone()).isFalse();

    peers = List.of(peerOf(first), peerOf(second));
    come(first);
    sync.peersChanged();

    assertThat(synced.get(60, TimeUnit.SECONDS).behind())
        .extracting(SyncReport.Entry::registryKey)
        .containsExactly(Optional.of(second.key()));
  }

  @Test
  void aTimeThatNoClockCountsIsAVeryLongOne() throws Exception {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(sync.awaitPeers(0, longest)).isTrue();
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(longest));
    assertThat(synced.isDone()).isFalse();

    come(first);
    sync.changed();

    assertThat(synced.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void onceClosedNothingIsReported() {
    sync.close();

    assertThatThrownBy(sync::awaitTalking).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> sync.awaitPeers(0, TIMEOUT)).isInstanceOf(IllegalStateException.class);
  }
}
