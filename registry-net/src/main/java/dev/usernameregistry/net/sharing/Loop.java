package dev.usernameregistry.net.sharing;

import java.util.concurrent.Executor;

/** The one thread on which a {@link Sharing} lives, and its time. */
public interface Loop extends Executor {

  /** Runs a task on the loop, in the order of calls by one thread. Safe from any thread. */
  @Override
  void execute(Runnable task);

  /** Returns the loop's time; only differences mean something. */
  long nowNanos();
}
