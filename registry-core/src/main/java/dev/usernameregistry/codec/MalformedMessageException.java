package dev.usernameregistry.codec;

/** Bytes from outside do not follow their format. The only exception that a decoder throws. */
public final class MalformedMessageException extends PeerFault {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was expected and what came, with both numbers. */
  public MalformedMessageException(String message) {
    super(message);
  }
}
