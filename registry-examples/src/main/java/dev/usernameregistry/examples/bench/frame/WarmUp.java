package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;

/**
 * Work that is done before any is measured, until the compilers of both sides have seen enough of
 * it. Each side gets the same time, however often it does its work in it.
 */
public final class WarmUp {
  /** For each kind of work and side. */
  public static final int SECONDS = 15;

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
    long nanos = setting.amount(SECONDS, 0) * 1_000_000_000L;
    long startNanos = System.nanoTime();
    do {
      work.run(side);
    } while (System.nanoTime() - startNanos < nanos);
  }

  /** Something that a side does. */
  public interface Work {
    /** Does it once. */
    void run(Side side) throws IOException, InterruptedException;
  }
}
