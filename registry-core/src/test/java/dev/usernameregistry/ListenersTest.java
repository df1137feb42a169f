package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.testkit.Threads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How news comes to listeners on executors of all kinds. */
class ListenersTest {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  /** Adds a listener that can be told {@code news} by {@link #tell}. */
  private Listeners listeners(Executor executor) {
    Listeners listeners = new Listeners(executor);
    listeners.add(
        new RegistryListener() {
          @Override
          public String toString() {
            return "the listener";
          }
        });
    return listeners;
  }

  private void tell(Listeners listeners, String news) {
    listeners.tell(listener -> told.add(news));
  }

  /** What a thread pool throws when it is shut down, when it is not sound, and without a thread. */
  @ParameterizedTest
  @ValueSource(
      classes = {RejectedExecutionException.class, IllegalStateException.class, Error.class})
  void anExecutorThatThrowsOnceLosesWhatWaitedAndNothingElse(Class<? extends Throwable> thrown)
      throws Exception {
    List<Throwable> throwing = new ArrayList<>(List.of(thrown.getConstructor().newInstance()));
    Listeners listeners =
        listeners(
            task -> {
              if (!throwing.isEmpty()) {
                sneak(RuntimeException.class, throwing.remove(0));
              }
              task.run();
            });
    tell(listeners, "lost");
    listeners.flush();
    tell(listeners, "heard");
    listeners.flush();

    assertThat(told).containsExactly("heard");
  }

  /** As Kotlin and Scala allow it. */
  @Test
  void aListenerThatThrowsACheckedExceptionIsToldOfWhatComesNext() {
    Listeners listeners = listeners(Runnable::run);
    listeners.tell(listener -> sneak(RuntimeException.class, new IOException("on purpose")));
    listeners.flush();
    tell(listeners, "heard");
    listeners.flush();

    assertThat(told).containsExactly("heard");
  }

  @Test
  void whoTellsFasterThanListenersHearWaitsUntilTheyHaveCaughtUp() throws Exception {
    Listeners listeners = listeners(tasks::add);
    for (int n = 0; n < 8192; n++) {
      tell(listeners, "news");
    }
    assertThat(listeners.hasRoom()).isTrue();
    tell(listeners, "one too many");
    assertThat(listeners.hasRoom()).isFalse();
    Thread follower = waiting(listeners);
    listeners.flush();
    listeners.flush();
    assertThat(tasks).as("tasks while one is under way").hasSize(1);
    tasks.remove().run();
    follower.join(60_000);

    assertThat(follower.isAlive()).isFalse();
    assertThat(told).hasSize(8193).endsWith("one too many");
    assertThat(listeners.hasRoom()).isTrue();
  }

  @Test
  void whoWaitsForListenersIsLetGoWhenTheyAreClosed() throws Exception {
    Listeners listeners = listeners(tasks::add);
    for (int n = 0; n <= 8192; n++) {
      tell(listeners, "news");
    }
    listeners.flush();
    Thread follower = waiting(listeners);
    listeners.close();
    follower.join(60_000);
    tell(listeners, "late");
    tasks.remove().run();

    assertThat(follower.isAlive()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void whoClosesWaitsForACallThatIsUnderWayOnAnyExecutor() throws Exception {
    Listeners listeners = listeners(Threads::start);
    CountDownLatch calling = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    listeners.tell(
        listener -> {
          calling.countDown();
          ConcurrentCallersTest.await(end);
          told.add("to its end");
        });
    listeners.flush();
    ConcurrentCallersTest.await(calling);
    Thread closing = Threads.start(listeners::close);
    Threads.await(closing, Thread.State.WAITING, Thread.State.TERMINATED);
    assertThat(closing.isAlive()).as("waits while a listener is called").isTrue();
    closing.interrupt();
    end.countDown();
    closing.join(60_000);

    assertThat(closing.isAlive()).isFalse();
    assertThat(told).containsExactly("to its end");
  }

  @Test
  void whenOneListenerClosesTheOthersAreNotToldEvenTheSameNews() {
    Listeners listeners = listeners(Runnable::run);
    listeners.add(new RegistryListener() {});
    listeners.tell(
        listener -> {
          told.add("news");
          listeners.close();
        });
    listeners.flush();

    assertThat(told).containsExactly("news");
  }

  @Test
  void whoWaitsForListenersIsLetGoWhenTheirExecutorRefuses() throws Exception {
    Listeners listeners =
        listeners(
            task -> {
              throw new RejectedExecutionException("on purpose, by a test");
            });
    for (int n = 0; n <= 8192; n++) {
      tell(listeners, "news");
    }
    Thread follower = waiting(listeners);
    listeners.flush();
    follower.join(60_000);

    assertThat(follower.isAlive()).isFalse();
    assertThat(told).isEmpty();
  }

  /** Returns a thread that waits for room already. */
  private static Thread waiting(Listeners listeners) {
    Thread thread =
        Threads.start(
            () -> {
              try {
                listeners.awaitRoom();
              } catch (InterruptedException stop) {
                throw new AssertionError(stop);
              }
            });
    Threads.await(thread, Thread.State.WAITING, Thread.State.TERMINATED);
    return thread;
  }

  @SuppressWarnings({"unchecked", "UnusedVariable"})
  private static <E extends Throwable> void sneak(Class<E> as, Throwable thrown) throws E {
    throw (E) thrown; // only javac thinks that it is one
  }
}
