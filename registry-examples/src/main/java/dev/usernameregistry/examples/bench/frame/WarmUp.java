package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.time.Duration;

/**
 * Work that is done before any is measured, until the compilers of both sides have seen enough of
 * it. Those of a JVM share two cores with the work and may be busy for half a minute: ours goes on
 * until they have little left to do.
 */
public final class WarmUp {
  /** For each kind of work and side, at least. */
  public static final int SECONDS = 15;

  /** The same, at most. */
  public static final int SECONDS_MAX = 60;

  /** How long compilers are watched before they count as done. */
  private static final Duration WATCH = Duration.ofSeconds(5);

  /** Compilers that were busy for no more than this part of the time have little left to do. */
  private static final double BUSY_MAX = 0.1;

  private WarmUp() {}

  /** Has each side do {@code work}, for so long; once in a quick run. */
  public static void each(Setting setting, Work work) throws IOException, InterruptedException {
    for (Side side : setting.sides()) {
      one(setting, side, work);
    }
  }

  /** The same for one side. */
  public static void one(Setting setting, Side side, Work work)
      throws IOException, InterruptedException {
    if (setting.quick()) {
      work.run(side);
      return;
    }
    long startNanos = System.nanoTime();
    Duration passed = Duration.ZERO;
    boolean busy = true;
    while (passed.toSeconds() < SECONDS || (busy && passed.toSeconds() < SECONDS_MAX)) {
      busy = watch(setting.children(), () -> work.run(side)) > BUSY_MAX;
      passed = Duration.ofNanos(System.nanoTime() - startNanos);
    }
  }

  /** Has something done again and again; returns for what part of the time compilers were busy. */
  private static double watch(Children children, Repeated work)
      throws IOException, InterruptedException {
    Duration before = children.compileTime();
    long startNanos = System.nanoTime();
    long passedNanos;
    do {
      work.run();
      passedNanos = System.nanoTime() - startNanos;
    } while (passedNanos < WATCH.toNanos());
    return (double) children.compileTime().minus(before).toNanos() / passedNanos;
  }

  private interface Repeated {
    void run() throws IOException, InterruptedException;
  }

  /** Something that a side does. */
  public interface Work {
    /** Does it once. */
    void run(Side side) throws IOException, InterruptedException;
  }
}
