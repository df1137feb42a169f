package dev.usernameregistry.net.swarm;

/**
 * Takes in connections that peers dial to the swarm's key, and keeps that key findable. May call
 * back before a call returns. An earlier call may still be under way when the next one comes.
 */
public interface Reception {
  /**
   * Starts to take in connections. Called at most once.
   *
   * @param done called once when the key is announced, or when the first attempt to do so has ended
   */
  void open(Done done, long nowNanos);

  /** Ignores handshakes and takes back the announcement of the key, until {@link #resume}. */
  void suspend(Done done, long nowNanos);

  /** Goes on after {@link #suspend} was done. */
  void resume(long nowNanos);

  /** Drops unfinished handshakes and takes back the announcement of the key, for good. */
  void close(Done done, long nowNanos);
}
