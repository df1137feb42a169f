package dev.usernameregistry.net;

import java.util.concurrent.Executor;

/** The one thread on which a {@link Sharing} lives, and its time. */
interface Loop extends Executor {

  /** Runs a task on the loop, in the order of calls by one thread. Safe from any thread. */
  @Override
  void execute(Runnable task);

  /** Returns the loop's time; only differences mean something. */
  long nowNanos();
}
