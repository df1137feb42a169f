package dev.usernameregistry.log;

/**
 * Is told what became of a log. Called after the commit, on the thread that made it, one call at a
 * time for each log; must return quickly and must not call back into what changes the log. Each
 * method does nothing unless overridden.
 */
public interface LogListener {

  /** The log's head is now longer, at the same fork. */
  default void lengthened(Log log, long previousLength) {}

  /** Blocks {@code start} to {@code start + length - 1} are now stored here. */
  default void stored(Log log, long start, long length) {}

  /** The log was cut to {@code length} blocks and has a new fork; it may have grown again since. */
  default void truncated(Log log, long length, long previousLength) {}

  /** The writer signed two heads for one length and fork; the log is frozen. */
  default void conflict(Log log, Evidence evidence) {}
}
