package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * What connections run over: the streams of one node, named by local ids that are random and unique
 * among them. Called on the event loop; may call the hook it was given at any time later, but never
 * from within one of these calls.
 */
public interface Streams {
  /**
   * Opens a stream that is connected to nobody yet.
   *
   * @return its local id, 32 bits
   */
  int create(FirstPacket hook);

  /** Connects a stream: from now on it sends to {@code remote} from {@code socket}. */
  void connect(int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos);

  /** Moves a connected stream to another way to the same peer. */
  void changeRemote(int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos);

  /** Ends a stream; does nothing if it has already ended. */
  void destroy(int localId, long nowNanos);
}
