package dev.usernameregistry.net.sharing;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.replication.ReplicationSession;
import org.jspecify.annotations.Nullable;

/** One log on one connection: its session and its channel. */
final class Lane {
  final Connection connection;
  final Shared shared;
  final ReplicationSession session;
  final Channel channel;

  /** What {@link ReplicationSession#unappliedBytes} was when the connection last counted it. */
  long countedBytes;

  /** What {@link ReplicationSession#pendingRequests} was then. */
  int countedRequests;

  /** What is told of the peer's head; null until the peer has told. */
  @Nullable RemoteHead shownHead;

  Lane(Connection connection, Shared shared, ReplicationSession session, Channel channel) {
    this.connection = connection;
    this.shared = shared;
    this.session = session;
    this.channel = channel;
  }
}
