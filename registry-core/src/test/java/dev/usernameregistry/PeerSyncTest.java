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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which peers are waited for, and how long, on a clock that the test moves. */
class PeerSyncTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final AtomicLong nanos = new AtomicLong();
  private final KnownRegistry first;
  private final KnownRegistry second;
  private final KnownRegistries known;
  private final PeerSync sync;
  private volatile List<PeerState> peers = List.of();
  private volatile boolean looking;

  PeerSyncTest() throws IOException {
    known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    first = known.add(numbered(1)).orElseThrow();
    second = known.add(numbered(2)).orElseThrow();
    sync = new PeerSync(known, () -> peers, () -> looking, TIMEOUT, nanos::get);
  }

  /** Returns a peer that announced two blocks of its registry. */
  private static PeerState peerOf(KnownRegistry registry) {
    return peerOf(registry, 2);
  }

  private static PeerState peerOf(KnownRegistry registry, long length) {
    return Announced.peer(registry.key(), Map.of(registry.key(), head(length)));
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
  void whatComesWhileItIsLookedAtIsNotReportedAsMissing() throws Exception {
    AtomicBoolean shown = new AtomicBoolean();
    Supplier<List<PeerState>> showing =
        () -> {
          shown.set(true);
          return List.of(peerOf(first));
        };
    LongSupplier clock = // which is asked just after that peer was found to be ahead
        () -> {
          if (shown.get()) {
            come(first);
          }
          return nanos.get();
        };
    PeerSync comesAtOnce = new PeerSync(known, showing, () -> false, TIMEOUT, clock);

    assertThat(comesAtOnce.awaitAll(TIMEOUT).behind()).isEmpty();
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

  private static void isCompleteAsFarAsWasAnnouncedFirst(FutureTask<SyncReport> synced)
      throws Exception {
    SyncReport report = synced.get(60, TimeUnit.SECONDS);
    assertThat(report.complete()).isTrue();
    assertThat(report.entries()).extracting(SyncReport.Entry::announcedLength).containsExactly(2L);
  }

  @Test
  void aPeerIsWaitedForAsFarAsItHadAnnouncedWhenFirstSeen() throws Exception {
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(TIMEOUT));
    assertThat(synced.isDone()).isFalse();

    peers = List.of(peerOf(first, 5));
    come(first);
    sync.peersChanged();

    isCompleteAsFarAsWasAnnouncedFirst(synced);
  }

  @Test
  void whoWaitsIsDoneAsSoonAsThatMuchIsHereAlthoughThePeerHasAnnouncedMoreSince() throws Exception {
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> synced = new FutureTask<>(() -> sync.awaitAll(TIMEOUT));
    Thread waiting = Threads.start(synced);
    Threads.await(waiting, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    peers = List.of(peerOf(first, 5));
    sync.peersChanged();
    Threads.await(waiting, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    assertThat(synced.isDone()).isFalse();

    come(first);
    sync.changed();

    isCompleteAsFarAsWasAnnouncedFirst(synced);
  }

  @Test
  void whenTimeIsUpItIsSaidWhatIsMissingOfTheNewest() throws Exception {
    peers = List.of(peerOf(first));
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(TIMEOUT));
    peers = List.of(peerOf(first, 5));
    nanos.addAndGet(TIMEOUT.toNanos());
    sync.peersChanged();

    assertThat(synced.get(60, TimeUnit.SECONDS).behind())
        .extracting(SyncReport.Entry::announcedLength)
        .containsExactly(5L);
  }

  @Test
  void ofALaterForkMoreIsMissingThanWasAnnouncedOfTheEarlierOne() throws Exception {
    peers = List.of(peerOf(first, 100));
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(TIMEOUT));
    PeerState.RemoteHead ofLaterFork = new PeerState.RemoteHead(99, 1, Optional.empty());
    peers = List.of(Announced.peer(first.key(), Map.of(first.key(), ofLaterFork)));
    first.progress = new Progress(1, 50, 1, true, 1, 0, 0);
    sync.peersChanged();

    assertThat(synced.get(60, TimeUnit.SECONDS).behind())
        .extracting(SyncReport.Entry::announcedLength)
        .containsExactly(99L);
  }

  @Test
  void asManyBlocksOfAnEarlierForkAreNotWhatWasAnnounced() throws Exception {
    PeerState.RemoteHead ofLaterFork = new PeerState.RemoteHead(2, 1, Optional.empty());
    peers = List.of(Announced.peer(first.key(), Map.of(first.key(), ofLaterFork)));
    come(first);
    FutureTask<SyncReport> synced = started(() -> sync.awaitAll(TIMEOUT));
    assertThat(synced.isDone()).isFalse();

    first.progress = new Progress(1, 2, 0, false, 1, 0, 0);
    sync.changed();

    assertThat(synced.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void allWhoWaitAreWokenByWhatComes() throws Exception {
    peers = List.of(peerOf(first));
    List<FutureTask<SyncReport>> waiting =
        List.of(started(() -> sync.awaitAll(TIMEOUT)), started(sync::awaitTalking));
    assertThat(waiting).noneMatch(FutureTask::isDone);

    come(first);
    sync.changed();

    for (FutureTask<SyncReport> one : waiting) {
      assertThat(one.get(60, TimeUnit.SECONDS).complete()).isTrue();
    }
  }

  @Test
  void allWhoWaitAreWokenByTheEnd() {
    List<FutureTask<Boolean>> waiting =
        List.of(
            started(() -> sync.awaitPeers(1, TIMEOUT)), started(() -> sync.awaitPeers(1, TIMEOUT)));
    assertThat(waiting).noneMatch(FutureTask::isDone);

    sync.close();

    for (FutureTask<Boolean> one : waiting) {
      assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class);
    }
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

  @Test
  void afterTheWaitingForAChangeOnlyWhatIsBehindIsReported() throws Exception {
    peers = List.of(peerOf(first), peerOf(second));
    come(second);
    FutureTask<SyncReport> talking = started(sync::awaitTalking);
    assertThat(talking.isDone()).isFalse();

    come(first);
    sync.changed();

    assertThat(talking.get(60, TimeUnit.SECONDS)).isEqualTo(new SyncReport(2, List.of()));
  }

  @Test
  void aChangeWaitsForANetworkThatLooksOnlyUntilTheTimeoutAfterTheStart() throws Exception {
    looking = true;
    nanos.set(TIMEOUT.toNanos() / 2);
    FutureTask<SyncReport> early = started(sync::awaitTalking);
    assertThat(early.isDone()).isFalse();
    nanos.set(TIMEOUT.toNanos());
    sync.changed();
    assertThat(early.get(60, TimeUnit.SECONDS).peers()).isZero();

    peers = List.of(peerOf(first));
    sync.outdate();
    FutureTask<SyncReport> late = started(sync::awaitTalking);
    assertThat(late.isDone()).isFalse();
    come(first);
    sync.changed();
    assertThat(late.get(60, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void whoAsksForAllWaitsForANetworkThatLooksHoweverLongAfterTheStart() throws Exception {
    looking = true;
    nanos.set(2 * TIMEOUT.toNanos());
    FutureTask<SyncReport> all = started(() -> sync.awaitAll(TIMEOUT));
    assertThat(all.isDone()).isFalse();

    peers = List.of(peerOf(first));
    come(first);
    looking = false;
    sync.peersChanged();

    assertThat(all.get(60, TimeUnit.SECONDS).peers()).isEqualTo(1);
  }

  /** A network says that it looks no more as soon as the first peer is found. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whoIsFoundAtTheEndOfTheLookingIsWaitedFor(int asked) throws Exception {
    AtomicInteger left = new AtomicInteger(asked);
    BooleanSupplier untilFound =
        () -> {
          if (left.decrementAndGet() > 0) {
            return true;
          }
          peers = List.of(peerOf(first));
          return false;
        };
    PeerSync found = new PeerSync(known, () -> peers, untilFound, TIMEOUT, nanos::get);
    FutureTask<SyncReport> all = new FutureTask<>(() -> found.awaitAll(TIMEOUT));
    Thread waiting = Threads.start(all);
    for (int change = 1; change <= asked; change++) {
      int before = asked - change;
      Threads.until(() -> left.get() == before, () -> "asked " + left.get() + " times less");
      Threads.await(waiting, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
      if (change < asked) {
        found.peersChanged();
      }
    }
    assertThat(all.isDone()).isFalse();

    come(first);
    found.changed();
    assertThat(all.get(60, TimeUnit.SECONDS).entries()).hasSize(1);
  }

  /** To ask for them is to look at all that they announced. */
  @Test
  void aChangeAsksForThePeersAgainOnlyWhenMoreIsToldOrThereIsToWait() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Supplier<List<PeerState>> counted =
        () -> {
          asked.incrementAndGet();
          return peers;
        };
    PeerSync counting = new PeerSync(known, counted, () -> false, TIMEOUT, nanos::get);
    peers = List.of(peerOf(first), peerOf(second));
    come(first);
    second.trouble = "unreadable, by a test";
    counting.awaitTalking();
    assertThat(counting.awaitTalking().behind()).as("hopeless").hasSize(1);
    second.trouble = "";
    nanos.addAndGet(TIMEOUT.toNanos());
    assertThat(counting.awaitTalking().behind()).as("silent").hasSize(1);
    assertThat(asked).hasValue(1);

    counting.outdate();
    counting.awaitTalking();
    assertThat(asked).hasValue(2);
  }
}
