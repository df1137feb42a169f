package dev.usernameregistry.examples.terminal;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Cleans up once: when a program is done, or before the process ends because it was told to, with
 * Ctrl-C or SIGTERM. Safe from any thread.
 */
public final class Ending implements AutoCloseable {
  private final Runnable cleaning;
  private final AtomicBoolean begun = new AtomicBoolean();

  private Ending(Runnable cleaning) {
    this.cleaning = cleaning;
  }

  /** From now on runs {@code cleaning} before the process ends, or at {@link #close}. */
  public static Ending with(String program, Runnable cleaning) {
    Ending ending = new Ending(cleaning);
    Runtime.getRuntime().addShutdownHook(new Thread(ending::close, program + "-ending"));
    return ending;
  }

  /** Makes Ctrl-C and SIGTERM a usual way to leave: the exit code is 0 then. */
  public Ending asUsual() {
    Signals.register("INT", () -> System.exit(0));
    Signals.register("TERM", () -> System.exit(0));
    return this;
  }

  /** Returns whether cleaning has begun. */
  public boolean begun() {
    return begun.get();
  }

  /** Cleans up; the second call waits for the first and does nothing. */
  @Override
  public synchronized void close() {
    if (begun.compareAndSet(false, true)) {
      cleaning.run();
    }
  }
}
