package dev.usernameregistry.log;

/**
 * Is told what became of a log. Called after the commit, on the thread that made it, one call at a
 * time for each log; must return quickly and must not call back into what changes the log. Each
 * method does nothing unless overridden.
 */
public interface LogListener {

  /**
   * The log now has more blocks than {@code previousLength}. Where it was cut and has grown again
   * in one step, this comes after {@link #truncated} and says how far it was cut.
   */
  default void lengthened(Log log, long previousLength) {}

  /** Blocks {@code start} to {@code start + length - 1} are now stored here. */
  default void stored(Log log, long start, long length) {}

  /**
   * The log has a new fork, in which only the first {@code length} blocks are those of before; it
   * may have grown again since. Not told of a log that had no blocks.
   */
  default void truncated(Log log, long length, long previousLength) {}

  /**
   * The writer signed two heads for one length and fork; the log is frozen, or for other evidence
   * than before. If that {@linkplain Evidence#isExact is exact}, {@link Log#length} is now the
   * number of blocks that are beyond dispute, and later ones cannot be got any more.
   */
  default void conflict(Log log, Evidence evidence) {}

  /**
   * All of the above that came of one change has been told to all listeners. Unlike the others this
   * may come late and on several threads at a time, and may take its time and wait for a disk: the
   * log can be changed by others meanwhile, and only whoever changed it waits.
   */
  default void changed(Log log) {}
}
