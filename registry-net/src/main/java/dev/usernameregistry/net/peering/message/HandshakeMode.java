package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;

/** Who sends a handshake message to whom. */
public enum HandshakeMode {
  /** A client asks a node to pass its first Noise message on, or asks the server itself. */
  FROM_CLIENT(0),
  /** A server hands its answer to the relay that passed the question on. */
  FROM_SERVER(1),
  /** A relay passes a client's message on to the server. */
  FROM_RELAY(2),
  /** A relay's relay passes a client's message on, and says where the answer has to go. */
  FROM_SECOND_RELAY(3),
  /** The server's answer reaches the client. */
  REPLY(4);

  private final int code;

  HandshakeMode(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this mode in a message. */
  public int code() {
    return code;
  }

  /**
   * Reads one mode.
   *
   * @throws MalformedMessageException if there is none with this number
   */
  public static HandshakeMode decode(WireReader in) {
    long code = in.uint();
    for (HandshakeMode mode : values()) {
      if (mode.code == code) {
        return mode;
      }
    }
    throw new MalformedMessageException("mode " + code + ", at most " + REPLY.code);
  }
}
