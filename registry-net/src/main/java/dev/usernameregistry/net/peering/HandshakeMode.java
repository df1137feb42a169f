package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;

/** Who sends a handshake message to whom; a message's mode is its place in this list. */
public enum HandshakeMode {
  /** A client asks a node to pass its first Noise message on, or asks the server itself. */
  FROM_CLIENT,
  /** A server hands its answer to the relay that passed the question on. */
  FROM_SERVER,
  /** A relay passes a client's message on to the server. */
  FROM_RELAY,
  /** A relay's relay passes a client's message on, and says where the answer has to go. */
  FROM_SECOND_RELAY,
  /** The server's answer reaches the client. */
  REPLY;

  private static final HandshakeMode[] MODES = values();

  static HandshakeMode decode(WireReader in) {
    long mode = in.uint();
    if (mode >= MODES.length) {
      throw new MalformedMessageException("mode " + mode + ", at most " + (MODES.length - 1));
    }
    return MODES[(int) mode];
  }
}
