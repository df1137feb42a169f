package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;

/**
 * Connections to blind relays. The implementer dials the relay like any peer, but not through
 * another relay, and opens a channel of protocol {@link #PROTOCOL} whose id is the public key of
 * our side of that connection. Called on the event loop.
 */
public interface BlindRelays {
  /** Name of the channel's protocol. */
  String PROTOCOL = "blind-relay";

  /** Makes no connections: what a peer proposes is ignored, and nothing may be proposed to it. */
  BlindRelays NONE =
      (relay, listener, nowNanos) -> {
        throw new IllegalStateException("no blind relays here");
      };

  /**
   * Begins to connect.
   *
   * @param listener told how it goes; never from within this call
   */
  Connection connect(Key relay, Listener listener, long nowNanos);

  /** A channel to one relay, for one pair of streams. */
  interface Connection {
    /** Sends one message; only between opened and closed. */
    void send(int type, byte[] message, long nowNanos);

    /** Ends the connection; does nothing if it has ended. The listener is not told. */
    void close(long nowNanos);
  }

  /** What becomes of a connection. */
  interface Listener {
    /**
     * The channel is open.
     *
     * @param socket the socket that the connection's own stream sends from
     * @param remote where it sends to: the relay's address
     */
    void opened(int socket, Ipv4Address remote, long nowNanos);

    /** A message of the channel came. */
    void received(int type, byte[] message, long nowNanos);

    /** The connection failed or ended; nothing else follows. */
    void closed(long nowNanos);
  }
}
