package dev.usernameregistry.net.replication;

/**
 * Something that waits for a disk or takes long, handed to the driver, which calls {@link #run} on
 * any thread but the event loop, and after that {@link #finish} on the event loop: each once. Works
 * may run at the same time.
 */
public interface Work {

  /**
   * Does it, and keeps the result for {@link #finish}. An {@link java.io.IOException} is part of
   * the result; only errors in this library escape from here.
   */
  void run();

  /**
   * Gives the result to the sessions that wait for it, on the event loop. Harmless if they have
   * ended meanwhile. Afterwards they may have messages to send, and more work.
   *
   * @param nowNanos the time, as in every other call
   */
  void finish(long nowNanos);
}
