package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.testkit.KeptStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
      ObjectNode profile = UsernameRegistryTest.profile("city " + i);
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
  void callsThatWaitForTheDiskAreCommittedTogether() throws Exception {
    registry.register("first");
    long commits = storage.commits.get();
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    storage.beforeCommit =
        () -> {
          entered.countDown();
          await(disk);
        };
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> registry.register("second")));
    threads.get(0).start();
    await(entered);
    for (int n = 0; n < 7; n++) {
      String name = "name_" + n;
      threads.add(new Thread(() -> registry.register(name)));
    }
    threads.stream().skip(1).forEach(Thread::start);
    awaitAll(threads, Thread.State.WAITING);
    disk.countDown();
    awaitAll(threads, Thread.State.TERMINATED);

    assertThat(storage.commits.get()).isEqualTo(commits + 2);
    assertThat(registry.listAll()).hasSize(9);
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
