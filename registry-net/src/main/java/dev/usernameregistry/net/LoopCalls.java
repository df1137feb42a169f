package dev.usernameregistry.net;

import dev.usernameregistry.net.sharing.Loop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Calls of other threads that are carried out on a loop and may take their time there. None of them
 * waits for longer than the loop lives. Safe from any thread.
 */
final class LoopCalls {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Loop loop;
  private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  LoopCalls(Loop loop) {
    this.loop = loop;
  }

  /** Has {@code call} run on the loop; it shall now or later complete what it is given. */
  @SuppressWarnings({"CollectionUndefinedEquality", "FutureReturnValueIgnored"}) // by identity
  <T> CompletableFuture<T> call(Consumer<CompletableFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    pending.add(answer);
    answer.whenComplete((value, failure) -> pending.remove(answer));
    loop.execute(
        () -> {
          try {
            call.accept(answer);
          } catch (RuntimeException | Error bug) {
            answer.completeExceptionally(bug);
            throw bug;
          }
        });
    if (ended) {
      answer.cancel(false);
    }
    return answer;
  }

  /**
   * Waits for what {@code call} answers; returns false if it does not in time, or the loop ends
   * before.
   */
  boolean await(Duration timeout, Consumer<CompletableFuture<Boolean>> call) {
    try {
      return answer(call(call), nanos(timeout));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The same, also if the caller is interrupted, which stays noted. */
  boolean awaitThroughout(Duration timeout, Consumer<CompletableFuture<Boolean>> call) {
    long end = System.nanoTime() + nanos(timeout);
    CompletableFuture<Boolean> answer = call(call);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answer(answer, end - System.nanoTime());
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns a timeout as one that can be waited for: not below 0, and a year at most. */
  private static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      return 0;
    }
    return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
  }

  private static boolean answer(CompletableFuture<Boolean> answer, long nanos)
      throws InterruptedException {
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | CancellationException e) {
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("a call on the loop failed", e.getCause());
    }
  }

  /** Returns when {@code call} has completed what it is given, or the loop has ended. */
  void finish(Consumer<CompletableFuture<Void>> call) {
    try {
      call(call).join();
    } catch (CancellationException ended) {
      // nothing runs there any more, so nothing is left to wait for
    }
  }

  /** Ends all calls that are still waited for, and every later one. */
  void end() {
    ended = true;
    pending.forEach(answer -> answer.cancel(false));
  }
}
