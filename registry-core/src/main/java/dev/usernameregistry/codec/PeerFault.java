package dev.usernameregistry.codec;

/**
 * Something that only a faulty or hostile peer can have caused: bytes that do not decode, or a
 * proof that does not hold.
 *
 * <p>Nothing of what the peer sent has been kept when this is thrown. The session that received the
 * bytes ends; the application and the log never see it.
 */
public abstract class PeerFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was expected and what came. */
  protected PeerFault(String message) {
    super(message);
  }
}
