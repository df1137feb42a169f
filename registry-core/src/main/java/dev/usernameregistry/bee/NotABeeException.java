package dev.usernameregistry.bee;

import dev.usernameregistry.codec.PeerFault;

/** The log's first block is the header of something else than a bee. */
public final class NotABeeException extends PeerFault {
  private static final long serialVersionUID = 1L;

  /** Names the protocol that the header has. */
  NotABeeException(String protocol) {
    super("the log's header says \"" + protocol + "\", not \"" + BeeHeader.PROTOCOL + "\"");
  }
}
