package dev.usernameregistry.net.announce;

/** Something that was asked of the DHT and has not ended yet. */
public interface Lookup {
  /**
   * Ends it: nothing more is asked or announced for it, and its listener is not called any more.
   * Harmless after the end.
   */
  void cancel(long nowNanos);

  /** Returns whether it has ended. */
  boolean isDone();
}
