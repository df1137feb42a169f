package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.RegistryException;
import dev.usernameregistry.examples.doctor.Finding.State;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries out checks one after the other, and waits for none longer than it may take. One thread
 * examines, once; any may tell it to stop.
 */
final class Doctor {
  private final Report report;

  /** Nothing is told any more. Guarded by this. */
  private boolean ended;

  Doctor(Report report) {
    this.report = report;
  }

  /**
   * Carries out {@code checks}; returns whether nothing is ill. Once told to stop it begins no
   * other check.
   *
   * @throws InterruptedException if the calling thread was interrupted; the check that was on goes
   *     on by itself
   */
  boolean examine(List<Check> checks) throws InterruptedException {
    boolean well = true;
    for (Check check : checks) {
      if (hasEnded()) {
        return false;
      }
      long startNanos = System.nanoTime();
      Finding finding = finding(check, startNanos);
      tell(() -> report.found(check, finding, millisSince(startNanos)));
      well &= finding.state() != State.ILL;
    }
    boolean allWell = well;
    end(() -> report.done(allWell));
    return well;
  }

  /** Has the report say that not everything was looked at, unless everything was. */
  void stop() {
    end(report::stopped);
  }

  private synchronized void end(Runnable lastWords) {
    tell(lastWords);
    ended = true;
  }

  private synchronized void tell(Runnable news) {
    if (!ended) {
      news.run();
    }
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private Finding finding(Check check, long startNanos) throws InterruptedException {
    FutureTask<Finding> looking = new FutureTask<>(check::look);
    Thread thread = new Thread(looking, "doctor-" + check.name());
    thread.setDaemon(true); // one that is stuck keeps nobody from leaving
    thread.start();
    while (true) {
      long leftNanos = check.patience().toNanos() - (System.nanoTime() - startNanos);
      if (leftNanos <= 0) {
        looking.cancel(true);
        return Finding.ill(
            "no result after " + check.patience().toSeconds() + " s",
            "try again; if it stays so, something on this machine is stuck");
      }
      long secondsLeft = TimeUnit.NANOSECONDS.toSeconds(leftNanos) + 1;
      tell(() -> report.waiting(check, secondsLeft));
      try {
        return looking.get(Math.min(leftNanos, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // it is told again how long this may take
      } catch (ExecutionException e) {
        return failed(e.getCause() == null ? e : e.getCause());
      }
    }
  }

  private static Finding failed(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof RegistryException || cause instanceof IllegalArgumentException) {
      return Finding.ill(message, ""); // which says what to do
    }
    return cause instanceof IOException
        ? Finding.ill("this could not be looked at: " + message, "try again when that is mended")
        : Finding.ill("this could not be looked at, for a reason that is not yours: " + cause, "");
  }

  private static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }
}
