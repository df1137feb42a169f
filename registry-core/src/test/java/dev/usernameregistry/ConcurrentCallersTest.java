package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One user's registry, called by many threads at once. */
class ConcurrentCallersTest {
  private final KeptStorage storage = new KeptStorage();
  private UsernameRegistry registry = open();

  private UsernameRegistry open() {
    return UsernameRegistry.builder().registeredBy("Alice").storage(storage).open();
  }

  private void reopen() {
    registry.close();
    registry = open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void ofManyThreadsThatWantOneNameOneGetsIt() throws Exception {
    List<RegisterResult> results = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<RegisterResult>> futures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ObjectNode profile = OneUser.profile("city " + i);
      futures.add(threads.submit(() -> registry.register("alice", profile)));
    }
    for (Future<RegisterResult> future : futures) {
      results.add(future.get(60, TimeUnit.SECONDS));
    }
    threads.shutdown();

    assertThat(results).filteredOn(RegisterResult.Registered.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(RegisterResult.AlreadyYours.class::isInstance).hasSize(7);
    assertThat(registry.listAll()).hasSize(1);
  }

  @Test
  void namesRegisteredByManyThreadsAreAllThereAfterReopening() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> futures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int thread = i;
      futures.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 25; n++) {
                  String name = "name_" + thread + "_" + n;
                  registry.register(name);
                  assertThat(registry.lookup(name)).isPresent();
                }
              }));
    }
    for (Future<?> future : futures) {
      future.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();
    List<Registration> before = registry.listAll();
    assertThat(before).hasSize(200);

    reopen();

    assertThat(registry.listAll()).isEqualTo(before);
  }

  @Test
  void anOwnNameThatChangesIsAsItWasBeforeOrAfter() throws Exception {
    registry.register("alice");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<?> updates =
        thread.submit(
            () -> {
              for (int n = 0; n < 2_000; n++) {
                registry.update("alice", OneUser.profile("city " + n));
              }
            });
    thread.shutdown();
    do {
      OwnName alice = registry.ownNames().get(0);
      assertThat(alice.registration()).isEqualTo(alice.owner());
    } while (!updates.isDone());
    updates.get(60, TimeUnit.SECONDS);
  }

  @Test
  void callsThatWaitForTheDiskAreCommittedTogether() throws Exception {
    registry.register("first");
    long commits = storage.commits.get();
    List<Callable<?>> calls = new ArrayList<>();
    for (int n = 0; n < 7; n++) {
      String name = "name_" + n;
      calls.add(() -> registry.register(name));
    }

    List<Object> answers = whileTheDiskIsBusy(calls);

    assertThat(answers).hasSize(7).allMatch(RegisterResult.Registered.class::isInstance);
    assertThat(storage.commits.get()).isEqualTo(commits + 2);
    assertThat(registry.listAll()).hasSize(9);
  }

  @Test
  void ofTwoInOneGroupThatWantOneNameOneGetsIt() throws Exception {
    registry.register("first");
    long commits = storage.commits.get();

    List<Object> answers =
        whileTheDiskIsBusy(
            List.of(
                () -> registry.register("alice"),
                () -> registry.register("alice"),
                () -> registry.register("first")));

    assertThat(answers).filteredOn(RegisterResult.Registered.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(RegisterResult.AlreadyYours.class::isInstance).hasSize(2);
    assertThat(storage.commits.get()).isEqualTo(commits + 2);
  }

  @Test
  void aChangeThatIsRefusedDoesNotFailThoseItWaitedWith() throws Exception {
    registry.register("first");
    ObjectNode tooLarge = OneUser.profile("x".repeat(RegistrationRecord.BYTES_MAX));

    List<Object> answers =
        whileTheDiskIsBusy(
            List.of(
                () -> registry.register("alice"),
                () -> registry.update("first", tooLarge),
                () -> registry.register("bob")));

    assertThat(answers.get(0)).isInstanceOf(RegisterResult.Registered.class);
    assertThat(answers.get(1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(answers.get(2)).isInstanceOf(RegisterResult.Registered.class);
    assertThat(registry.lookup("first").orElseThrow().profile()).isEmpty();
    assertThatThrownBy(() -> registry.update("first", tooLarge))
        .as("thrown in the caller's own thread")
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause();
  }

  @Test
  void whenTheDiskFailsAllThatWaitedFailAndNothingIsThere() throws Exception {
    registry.register("first");

    List<Object> answers =
        whileTheDiskIsBusy(
            List.of(() -> registry.register("alice"), () -> registry.register("bob")),
            () -> storage.failing = true);

    assertThat(answers).hasSize(2).allMatch(RegistryException.class::isInstance);
    storage.failing = false;
    assertThat(registry.listAll()).hasSize(2);
    reopen();
    assertThat(registry.listAll())
        .extracting(Registration::username)
        .containsExactly("busy", "first");
    assertThat(registry.register("alice")).isInstanceOf(RegisterResult.Registered.class);
  }

  @Test
  void aCallerThatIsInterruptedAsItWaitsGetsItsAnswerAndStaysInterrupted() throws Exception {
    registry.register("first");

    List<Object> answers =
        whileTheDiskIsBusy(
            List.of(
                () -> {
                  Thread.currentThread().interrupt();
                  return List.of(
                      registry.update("first", OneUser.profile("x")), Thread.interrupted());
                }));

    assertThat(answers.get(0))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(2)
        .satisfies(both -> assertThat((Optional<?>) both.get(0)).isPresent())
        .endsWith(true);
  }

  @Test
  void closingWaitsForWhatIsBeingWrittenAndNothingIsWrittenAfterwards() throws Exception {
    registry.register("first");
    ObjectNode profile = OneUser.profile("x");
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    storage.beforeCommit =
        () -> {
          entered.countDown();
          await(disk);
        };
    Object[] answer = new Object[1];
    Thread writing = new Thread(() -> answer[0] = answer(() -> registry.register("alice")));
    writing.start();
    await(entered);
    Object[] late = new Object[1];
    Thread waiting = new Thread(() -> late[0] = answer(() -> registry.update("first", profile)));
    waiting.start();
    awaitAll(List.of(waiting), Thread.State.WAITING);
    Thread closing = new Thread(registry::close);
    closing.start();
    awaitAll(List.of(closing), Thread.State.WAITING);
    disk.countDown();
    awaitAll(List.of(writing, waiting, closing), Thread.State.TERMINATED);

    assertThat(late[0]).isInstanceOfAny(Optional.class, IllegalStateException.class);
    assertThat(answer[0]).isInstanceOf(RegisterResult.Registered.class);
    assertThatThrownBy(() -> registry.release("first")).isInstanceOf(IllegalStateException.class);
    storage.beforeCommit = () -> {};
    reopen();
    assertThat(registry.listAll())
        .extracting(Registration::username)
        .containsExactly("alice", "first");
  }

  /** Callers come and go, so that every number of them meets, asleep and awake. */
  @Test
  void everyCallerGetsItsOwnAnswer() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(12);
    List<Future<?>> futures = new ArrayList<>();
    for (int thread = 0; thread < 12; thread++) {
      int number = thread;
      futures.add(threads.submit(() -> registerAndRelease(number)));
    }
    for (Future<?> future : futures) {
      future.get(60, TimeUnit.SECONDS);
    }
    threads.shutdown();

    assertThat(registry.listAll()).isEmpty();
  }

  private void registerAndRelease(int thread) {
    for (int n = 0; n < 20 + 20 * thread; n++) {
      String name = "name_" + thread + "_" + n;
      RegisterResult result = registry.register(name, OneUser.profile(name));
      assertThat(result.registration().username()).isEqualTo(name);
      assertThat(registry.register(name).registration()).isEqualTo(result.registration());
      assertThatThrownBy(() -> registry.update(name, forbidden()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(registry.release(name)).contains(result.registration());
    }
  }

  private static ObjectNode forbidden() {
    return OneUser.profile("city").put("username", "somebody");
  }

  @Test
  void whatIsInTheLogIsAnsweredFromLaterWhenTheIndexFails() {
    HeldTasks steps = new HeldTasks();
    registry.close();
    RegistryBuilder builder = UsernameRegistry.builder().storage(storage);
    builder.worker = steps;
    registry = builder.open();
    steps.runAll();
    storage.tablesFailing = true;

    assertThatThrownBy(() -> registry.register("alice")).isInstanceOf(RegistryException.class);

    storage.tablesFailing = false;
    assertThat(registry.lookup("alice")).isEmpty();
    steps.runAll();
    assertThat(registry.lookup("alice")).isPresent();
  }

  @Test
  void ownChangesAreFollowedByTheirCallerWhoReadsNoBlockBack() {
    HeldTasks steps = new HeldTasks();
    registry.close();
    RegistryBuilder builder = UsernameRegistry.builder().storage(storage);
    builder.worker = steps;
    registry = builder.open();
    registry.register("first");
    steps.runAll();
    storage.blockReads.set(0);

    registry.register("alice");
    registry.release("first");

    assertThat(registry.listAll()).extracting(Registration::username).containsExactly("alice");
    assertThat(registry.registries().get(0).state()).isEqualTo(RegistryInfo.State.SYNCED);
    assertThat(steps.isEmpty()).isTrue();
    assertThat(storage.blockReads.get()).isZero();
  }

  /** Has {@code calls} wait together, in this order; returns what each returned or threw. */
  private List<Object> whileTheDiskIsBusy(List<Callable<?>> calls) throws Exception {
    return whileTheDiskIsBusy(calls, () -> {});
  }

  /** The same; {@code before} is done between the commit that they wait for and theirs. */
  private List<Object> whileTheDiskIsBusy(List<Callable<?>> calls, Runnable before)
      throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    storage.beforeCommit =
        () -> {
          storage.beforeCommit =
              () -> {
                storage.beforeCommit = () -> {};
                before.run();
              };
          entered.countDown();
          await(disk);
        };
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> registry.register("busy")));
    threads.get(0).start();
    await(entered);
    Object[] answers = new Object[calls.size()];
    for (int n = 0; n < answers.length; n++) {
      int number = n;
      Thread thread = new Thread(() -> answers[number] = answer(calls.get(number)));
      threads.add(thread);
      thread.start();
      awaitAll(List.of(thread), Thread.State.WAITING);
    }
    disk.countDown();
    awaitAll(threads, Thread.State.TERMINATED);
    for (Thread thread : threads) {
      thread.join();
    }
    return Arrays.asList(answers);
  }

  private static Object answer(Callable<?> call) {
    try {
      return call.call();
    } catch (Exception thrown) {
      return thrown;
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitAll(List<Thread> threads, Thread.State state) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!threads.stream().allMatch(thread -> isIn(thread, state))) {
      assertThat(System.nanoTime()).as("still %s", threads).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static boolean isIn(Thread thread, Thread.State state) {
    Thread.State now = thread.getState();
    return now == state || (state == Thread.State.WAITING && now == Thread.State.TIMED_WAITING);
  }
}
