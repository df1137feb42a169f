package dev.usernameregistry.tree;

/** Where a byte of a log is. */
public sealed interface Sought {

  /**
   * In this block, or at the start of it.
   *
   * @param block may equal the length, if the position is right behind the last block
   * @param offset bytes from the start of the block
   */
  record Found(long block, long offset) implements Sought {}

  /**
   * Below this node, but its children are not stored here; a request with a seek part can tell.
   *
   * @param start first block that may be it
   * @param end first block behind those that may be it
   */
  record Between(long start, long end) implements Sought {}

  /** Behind the last byte of the log. */
  record BeyondEnd() implements Sought {}
}
