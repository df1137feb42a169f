package dev.usernameregistry.examples.terminal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Cleans up once: when a program is done, or before the process ends because it was told to, with
 * Ctrl-C or SIGTERM. Nobody waits for it longer than {@link #PATIENCE}. Safe from any thread.
 *
 * <p>A program that was told to end before its result was there exits with 128 and the number of
 * the signal, as is the custom: 130 after Ctrl-C, 143 after SIGTERM. One that runs until it is told
 * to end has done all its work by then, and exits with 0 ({@link #asUsual}).
 */
public final class Ending implements AutoCloseable {
  /**
   * A disk that needs longer than this for its last writes, or a reader of what is said, is taken
   * for stuck. Less than the ten seconds after which those who run containers kill a process.
   */
  static final Duration PATIENCE = Duration.ofSeconds(9);

  private final String program;
  private final Runnable cleaning;
  private final CompletableFuture<Void> cleaned = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();

  /** Written under this object's monitor. */
  private boolean slownessTold;

  private Ending(String program, Runnable cleaning) {
    this.program = program;
    this.cleaning = cleaning;
  }

  /**
   * From now on runs {@code cleaning} before the process ends, or at {@link #close}. Called before
   * anything is made that must not stay. If the process is ending already, it does not return.
   */
  public static Ending with(String program, Runnable cleaning) {
    Ending ending = new Ending(program, cleaning);
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(ending::endProcess, program + "-told-to-end"));
    } catch (IllegalStateException alreadyEnding) {
      System.exit(1); // waits for the end that is under way, and has no say in the code any more
      throw alreadyEnding;
    }
    return ending;
  }

  /**
   * Makes Ctrl-C, SIGTERM and SIGHUP, which a terminal that is closed sends, lead to {@link
   * #leave}.
   */
  public Ending asUsual() {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Signals.register(signal, this::leave);
    }
    return this;
  }

  /**
   * Cleans up, and then ends the process, with 0, or 1 if that failed or took too long. A process
   * that is ending already has lost its terminal: JLine closes it at the same time as the cleaning
   * would still write to it.
   */
  public void leave() {
    int code = 1;
    try {
      code = endProcess() ? 0 : 1;
    } finally {
      System.exit(code);
    }
  }

  /** Returns whether cleaning has begun. */
  public boolean begun() {
    return begun.get();
  }

  /**
   * Cleans up, and waits until that is done. A second call only waits.
   *
   * @throws RuntimeException what cleaning threw
   */
  @Override
  public void close() {
    if (begun.compareAndSet(false, true)) {
      Thread thread = new Thread(this::clean, program + "-ending");
      thread.setDaemon(true);
      try {
        cleaned.orTimeout(PATIENCE.toNanos(), TimeUnit.NANOSECONDS); // for all who wait
        thread.start();
      } catch (OutOfMemoryError noThread) { // for the time limit or for the cleaning
        clean();
      }
    }
    try {
      cleaned.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      if (!(e.getCause() instanceof TimeoutException)) {
        throw new AssertionError("cleaning ended in an error", e);
      }
      tellSlowness();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void clean() {
    try {
      cleaning.run();
      cleaned.complete(null);
    } catch (RuntimeException | Error failed) {
      cleaned.completeExceptionally(failed);
    }
  }

  /** Says so once; whoever comes second waits until it is said, for then the process ends. */
  private synchronized void tellSlowness() {
    if (!slownessTold) {
      slownessTold = true;
      complain(
          "the end took more than "
              + PATIENCE.toSeconds()
              + " s, as with a stuck disk or where nobody reads the output, and was not waited for");
    }
  }

  /** Returns whether cleaning did not fail, nor take too long. */
  private boolean endProcess() {
    boolean first = !begun();
    try {
      close();
      return !cleaned.isCompletedExceptionally();
    } catch (RuntimeException e) {
      if (first) {
        complain(String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private void complain(String message) {
    System.err.println("registry " + program + ": " + message);
  }
}
