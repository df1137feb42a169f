package dev.usernameregistry.log;

import java.io.IOException;
import java.util.List;

/** The blocks of a log, for a view that is built over them. Safe from any thread. */
public interface Blocks {

  /** Returns how many blocks the log has, whether or not they are all stored here. */
  long length();

  /**
   * Returns how often the log was truncated. While this stays the same, a block that was read once
   * is the same block ever after.
   */
  default long fork() {
    return 0;
  }

  /**
   * Returns the value of {@code block}; a caller must not change it.
   *
   * @throws IndexOutOfBoundsException if {@code block} is negative or not below the length
   * @throws BlockNotStoredException if this peer does not hold the block
   */
  byte[] get(long block) throws IOException;

  /**
   * Appends {@code values} under one signature and waits until they are stored, if they come to be
   * the blocks from {@code length} on of this fork; else appends nothing.
   *
   * @return the length after the append
   * @throws LogMovedException if the log has another fork or length
   * @throws IllegalStateException if the log is not writable here
   */
  long append(long fork, long length, List<byte[]> values) throws IOException;
}
