package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.Threads;
import dev.usernameregistry.testkit.Trampoline;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who follows a registry as its blocks come, and when. */
class FollowerTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final KeptStorage storage = new KeptStorage();
  private final KnownRegistries known;
  private final KnownRegistry registry;
  private final PeerSync sync;
  private final Log writer = WritableLog.open(new MemoryStorage(), 0);
  private final Bee bee = new Bee(writer);
  private final HeldTasks steps = new HeldTasks();
  private final HeldTasks calls = new HeldTasks();
  private final Listeners listeners = new Listeners(calls);
  private volatile List<PeerState> peers = List.of();

  FollowerTest() throws IOException {
    known = KnownRegistriesTest.open(storage.open(), () -> Instant.EPOCH);
    registry = known.add(writer.key()).orElseThrow();
    sync = new PeerSync(known, () -> peers, () -> false, LONG, () -> 0);
  }

  private Follower follower(Executor worker, boolean atOnce) {
    return new Follower(known, sync, listeners, worker, atOnce);
  }

  private void write(int number) throws IOException {
    bee.put(new byte[] {(byte) (number >> 8), (byte) number}, new byte[0]);
  }

  /** Has the writer write one more name, and brings what is new. */
  private void bringOneMore() throws IOException {
    write((int) writer.length());
    if (registry.log.length() == 0) {
      Copies.bring(writer, registry.log);
    } else {
      registry.log.apply(writer.proveNewest().orElseThrow());
    }
  }

  private boolean isFollowed() {
    Progress progress = registry.progress;
    return progress.length() == writer.length() && !progress.sweeping();
  }

  @Test
  void onlyTheFewBlocksOfALiveRegistryAreFollowedByWhoeverStoresThem() throws Exception {
    follower(steps, true).begin(registry);
    bringOneMore();
    assertThat(steps.count()).as("of a new registry").isEqualTo(1);
    assertThat(registry.progress.length()).isZero();
    steps.runAll();
    assertThat(isFollowed()).isTrue();

    bringOneMore();

    assertThat(steps.count()).as("of a live one").isZero();
    assertThat(isFollowed()).isTrue();
  }

  @Test
  void whileListenersHaveNoRoomNobodyFollowsButTheWorkerWhoWaits() throws Exception {
    follower(steps, true).begin(registry);
    bringOneMore();
    steps.runAll();
    listeners.add(new RegistryListener() {});
    while (listeners.hasRoom()) {
      listeners.tell(one -> {});
    }
    listeners.flush();

    bringOneMore();
    assertThat(isFollowed()).isFalse();
    assertThat(steps.count()).isEqualTo(1);
    Thread worker = Threads.start(steps::runAll);
    Threads.await(worker, Thread.State.WAITING, Thread.State.TERMINATED);
    assertThat(isFollowed()).isFalse();

    calls.runAll();
    worker.join(60_000);
    assertThat(isFollowed()).isTrue();
  }

  /** A step takes 1 MiB. */
  @Test
  void aLargeRegistryIsFollowedStepByStepToItsEnd() throws Exception {
    follower(steps, true).begin(registry);
    for (int number = 0; number < 6; number++) {
      bee.put(new byte[] {(byte) number}, new byte[256 << 10]);
    }
    Copies.bring(writer, registry.log);
    long taken = 0;
    for (; steps.runNext(); taken++) {
      assertThat(steps.count()).as("that wait").isLessThanOrEqualTo(1);
    }

    assertThat(taken).isEqualTo(2);
    assertThat(isFollowed()).isTrue();
  }

  @Test
  void whatComesWhileTheFirstIsToldIsFollowed() throws Exception {
    Listeners direct = new Listeners(Runnable::run);
    direct.add(
        new RegistryListener() {
          private boolean first = true;

          @Override
          public void registryAdvanced(RegistryInfo info) {
            if (first) {
              first = false;
              try {
                bringOneMore();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        });
    bringOneMore();

    new Follower(known, sync, direct, new Trampoline(), false).begin(registry);

    assertThat(writer.length()).isEqualTo(3);
    assertThat(isFollowed()).isTrue();
  }

  @Test
  void whateverAStepEndsWithIsTheRegistrysTroubleUntilOneIsTaken() throws Exception {
    follower(steps, true).begin(registry);
    bringOneMore();
    storage.afterRead =
        block -> {
          throw new IllegalStateException("a disk's own bug");
        };
    steps.runAll();
    assertThat(registry.trouble).isEqualTo("this machine failed: a disk's own bug");

    storage.afterRead = block -> {};
    bringOneMore();
    steps.runAll();

    assertThat(registry.trouble).isEmpty();
    assertThat(isFollowed()).isTrue();
  }

  @Test
  void ofARegistryThatIsNoLongerFollowedNoStepIsToBeTaken() throws Exception {
    Follower follower = follower(steps, true);
    follower.begin(registry);
    follower.end(registry);

    bringOneMore();

    assertThat(steps.count()).isZero();
  }

  @Test
  void whoWaitsForARegistryWhoseStepIsRefusedIsLetGo() throws Exception {
    Executor refusing =
        step -> {
          throw new RejectedExecutionException("on purpose, by a test");
        };
    bringOneMore();
    while (registry.advance()) {}
    follower(refusing, false).begin(registry);
    FutureTask<SyncReport> synced = waitingFor(3);

    write(1);
    registry.log.apply(writer.proveNewest().orElseThrow());

    assertThat(reason(synced)).isEqualTo("unreadable: this machine failed: on purpose, by a test");
  }

  /** As after a change of the own registry that failed before it was written. */
  @Test
  void aStepThatIsRefusedWhereThereIsNothingToFollowIsNoTrouble() {
    Executor refusing =
        step -> {
          throw new RejectedExecutionException("on purpose, by a test");
        };

    follower(refusing, false).schedule(known.own());

    assertThat(known.own().info().reason()).isEmpty();
  }

  @Test
  void ofAStepThatChangesNothingNobodyIsTold() throws Exception {
    Follower follower = follower(steps, true);
    follower.begin(registry);
    bringOneMore();
    steps.runAll();
    List<RegistryInfo> advanced = advanced();

    follower.schedule(registry);
    steps.runAll();
    assertThat(advanced).isEmpty();

    bringOneMore();
    calls.runAll();
    assertThat(advanced).extracting(RegistryInfo::length).containsExactly(3L);
  }

  @Test
  void ofARegistryThatIsForgottenDuringAStepNobodyIsToldThatItAdvanced() throws Exception {
    follower(steps, true).begin(registry);
    bringOneMore();
    List<RegistryInfo> advanced = advanced();
    storage.afterRead =
        block -> known.removeIfStale(registry, Instant.EPOCH.plus(LONG), Duration.ZERO);

    steps.runAll();
    calls.runAll();

    assertThat(isFollowed()).isTrue();
    assertThat(advanced).isEmpty();
  }

  /** Returns what listeners are told of, once their calls are run. */
  private List<RegistryInfo> advanced() {
    List<RegistryInfo> advanced = new ArrayList<>();
    listeners.add(
        new RegistryListener() {
          @Override
          public void registryAdvanced(RegistryInfo info) {
            advanced.add(info);
          }
        });
    return advanced;
  }

  @Test
  void whatIsWrongWithARegistryIsSaidAlsoAfterThisMachineFailed() throws Exception {
    Follower follower = follower(steps, true);
    follower.begin(registry);
    writer.append(List.of(new byte[] {1}));
    storage.afterRead =
        block -> {
          throw new IllegalStateException("a disk's own bug");
        };
    Copies.bring(writer, registry.log);
    steps.runAll();
    assertThat(registry.trouble).startsWith("this machine failed");

    storage.afterRead = block -> {};
    follower.schedule(registry);
    steps.runAll();

    assertThat(registry.trouble).isNotEmpty().doesNotContain("this machine failed");
  }

  @Test
  void aWorkerThatIsInterruptedEndsAndTheStepIsTakenLater() throws Exception {
    Follower follower = follower(steps, true);
    follower.begin(registry);
    listeners.add(new RegistryListener() {});
    while (listeners.hasRoom()) {
      listeners.tell(one -> {});
    }
    bringOneMore();
    FutureTask<Boolean> interrupted =
        new FutureTask<>(
            () -> {
              steps.runAll();
              return Thread.interrupted();
            });
    Thread worker = Threads.start(interrupted);
    Threads.await(worker, Thread.State.WAITING, Thread.State.TERMINATED);
    worker.interrupt();
    assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(registry.progress.length()).isZero();

    listeners.close();
    follower.schedule(registry);
    steps.runAll();

    assertThat(isFollowed()).isTrue();
  }

  /** It is known how long it is, and no block is here to be taken back. */
  @Test
  void whoWaitsForARegistryThatFreezesIsLetGoAndListenersAreToldByTheWorker() throws Exception {
    List<Evidence> conflicts = new ArrayList<>();
    listeners.add(
        new RegistryListener() {
          @Override
          public void registryConflict(RegistryInfo info, Evidence evidence) {
            conflicts.add(evidence);
          }
        });
    follower(steps, false).begin(registry);
    write(1);
    Copies.compare(writer, registry.log);
    FutureTask<SyncReport> synced = waitingFor(2);
    Log other = WritableLog.open(new MemoryStorage(), 0);
    other.append(List.of(new byte[] {9}));
    Log full = Log.open(new MemoryStorage().openLog(writer.key()), writer.key());
    Copies.bring(writer, full);
    Copies.settle(other, full);

    registry.log.applyAll(full.evidence().orElseThrow().proofs());

    assertThat(registry.log.evidence()).isPresent();
    assertThat(calls.count()).as("made by whoever stores").isZero();
    steps.runAll();
    assertThat(reason(synced)).isEqualTo("frozen: its writer signed two histories");
    calls.runAll();
    assertThat(conflicts).hasSize(1);
  }

  /** Returns the task of a thread that waits for as many blocks of a peer. */
  private FutureTask<SyncReport> waitingFor(long length) throws InterruptedException {
    PeerState.RemoteHead head = new PeerState.RemoteHead(length, 0, Optional.empty());
    peers = List.of(Announced.peer(registry.key(), Map.of(registry.key(), head)));
    Callable<SyncReport> waiting = () -> sync.awaitAll(LONG);
    FutureTask<SyncReport> synced = new FutureTask<>(waiting);
    Threads.await(Threads.start(synced), Thread.State.TIMED_WAITING, Thread.State.TERMINATED);
    return synced;
  }

  private static String reason(FutureTask<SyncReport> synced) throws Exception {
    return synced.get(60, TimeUnit.SECONDS).behind().get(0).reason().orElseThrow();
  }
}
