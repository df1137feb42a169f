package dev.usernameregistry.log;

import dev.usernameregistry.tree.Roots;

/**
 * A log as its writer last signed it. Immutable.
 *
 * @param fork truncations so far
 * @param roots of the tree over all blocks
 * @param signature over the rest, in the form that the manifest asks for; empty if there are no
 *     blocks or the log needs none; not copied, so nobody may change it
 */
public record Head(long fork, Roots roots, byte[] signature) {
  static final Head EMPTY = new Head(0, Roots.EMPTY, new byte[0]);

  /** Returns the number of blocks. */
  public long length() {
    return roots.length();
  }

  /** Returns the number of bytes in all blocks. */
  public long byteLength() {
    return roots.byteLength();
  }

  /** Returns the 32-byte hash over the roots. */
  public byte[] treeHash() {
    return roots.treeHash();
  }
}
