package dev.usernameregistry.bee;

/**
 * What one block of a bee did.
 *
 * <p>A delete is told from a put without a value by whether the block's own tree nodes hold the
 * key. A put without a value inside a batch, overwritten or moved by a later operation of that
 * batch, therefore reads as a delete; the format keeps no other trace.
 *
 * @param kind put or delete
 * @param entry the block's number and key, and the value that was put
 * @param blockBytes how many bytes the whole block has, which the entry may hold on to
 */
public record Change(Kind kind, Entry entry, int blockBytes) {

  /** What was done to the key. */
  public enum Kind {
    /** The key got this value. */
    PUT,
    /** The key was removed. */
    DELETE
  }
}
