package dev.usernameregistry.tree;

import dev.usernameregistry.codec.PeerFault;

/** A proof decodes but does not prove what it claims. Nothing of it has been kept. */
public class InvalidProofException extends PeerFault {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was expected and what came. */
  public InvalidProofException(String message) {
    super(message);
  }
}
