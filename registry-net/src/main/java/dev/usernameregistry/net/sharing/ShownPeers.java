package dev.usernameregistry.net.sharing;

import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What other threads see of the connected peers, and what the host was not told of it yet. Loop
 * only, except where it says otherwise.
 */
final class ShownPeers {
  private final NetworkHost host;
  private final Openings openings = new Openings();
  private boolean changed;

  /** Connections with announced heads that the host was not told of. */
  private final Set<Connection> announcing = new LinkedHashSet<>();

  /** A copy of the connections, for other threads. */
  private volatile List<Connection> shown = List.of();

  ShownPeers(NetworkHost host) {
    this.host = host;
  }

  /** Returns the connected peers as they are now. Safe from any thread. */
  List<PeerState> peers() {
    return shown.stream().flatMap(connection -> connection.peer().stream()).toList();
  }

  Openings openings() {
    return openings;
  }

  /** Notes that {@link #peers} has other peers, or another registry of one. */
  void changed() {
    changed = true;
  }

  /** Notes that {@link #peers} has other heads of this one. */
  void headsChanged(Connection connection) {
    announcing.add(connection);
  }

  /** Shows the connections there are now, and tells the host what is different. */
  void tell(Collection<Connection> connections) {
    if (!changed && announcing.isEmpty()) {
      return;
    }
    List<PeerState> news =
        announcing.stream().flatMap(connection -> connection.takeNews().stream()).toList();
    announcing.clear();
    if (changed) {
      changed = false;
      shown = List.copyOf(connections);
      host.peersChanged(); // first, so that who sees that nothing is opening finds those told
      if (openings.shown()) {
        host.peersChanged(); // again, for who waits until nothing is opening
      }
      openings.tellWaiting();
    }
    if (!news.isEmpty()) {
      host.headsChanged(news);
    }
  }

  /** Shows none any more, and nobody is told. */
  void close() {
    shown = List.of();
    openings.close();
  }
}
