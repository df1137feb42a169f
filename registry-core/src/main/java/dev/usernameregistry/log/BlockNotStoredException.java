package dev.usernameregistry.log;

import java.io.IOException;

/** The block belongs to the log but has not been fetched from a peer yet. */
public final class BlockNotStoredException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names the block. */
  public BlockNotStoredException(long block) {
    super("block " + block + " is not stored here; it has to be fetched from a peer first");
  }
}
