package dev.usernameregistry.claims;

import dev.usernameregistry.codec.PeerFault;

/** A registry's writer wrote something into its log that no registry has. */
public final class UnreadableRegistryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what was wrong with the block. */
  UnreadableRegistryException(PeerFault cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
