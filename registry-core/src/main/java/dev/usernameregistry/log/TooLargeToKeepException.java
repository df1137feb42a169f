package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;

/**
 * A log of others has a manifest or a signature that is larger than what is kept of such logs in
 * memory, where there may be 60,000 of them. It may be right, but none of it is used.
 */
public final class TooLargeToKeepException extends PeerFault {
  private static final long serialVersionUID = 1L;

  private TooLargeToKeepException(String what, long bytes, long bytesMax) {
    super(
        "its "
            + what
            + " has "
            + bytes
            + " bytes, and of logs of others at most "
            + bytesMax
            + " are kept");
  }

  /** Lets pass what is at most {@code bytesMax} bytes long. */
  static void require(String what, long bytes, long bytesMax) {
    if (bytes > bytesMax) {
      throw new TooLargeToKeepException(what, bytes, bytesMax);
    }
  }
}
