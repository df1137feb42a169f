package dev.usernameregistry.net.noise;

import dev.usernameregistry.codec.PeerFault;

/**
 * The encrypted stream cannot go on: what came is not proven to be the peer's, or the peer was
 * silent for too long. Nothing is sent to the peer about it; the transport is just closed.
 */
public final class SecretStreamException extends PeerFault {
  private static final long serialVersionUID = 1L;

  SecretStreamException(String message) {
    super(message);
  }
}
