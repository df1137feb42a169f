package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;

/**
 * A log of others has a manifest or a signature that is larger than what is kept of such logs in
 * memory, where there may be 60,000 of them. It may be right, but none of it is used.
 */
public final class TooLargeToKeepException extends PeerFault {
  private static final long serialVersionUID = 1L;

  private final boolean forGood;

  private TooLargeToKeepException(boolean forGood, String what, long bytes, long bytesMax) {
    super(
        "its "
            + what
            + " has "
            + bytes
            + " bytes, and of logs of others at most "
            + bytesMax
            + " are kept");
    this.forGood = forGood;
  }

  /**
   * Returns whether the whole log is too large for good, as its manifest never changes; else only
   * this signature is, to which whoever passes it on can add.
   */
  public boolean isForGood() {
    return forGood;
  }

  /** Lets a manifest pass that has at most {@code bytesMax} bytes. */
  static void requireManifest(long bytes, long bytesMax) {
    if (bytes > bytesMax) {
      throw new TooLargeToKeepException(true, "manifest", bytes, bytesMax);
    }
  }

  /** Lets a signature pass that has at most {@code bytesMax} bytes. */
  static void requireSignature(long bytes, long bytesMax) {
    if (bytes > bytesMax) {
      throw new TooLargeToKeepException(false, "signature", bytes, bytesMax);
    }
  }
}
