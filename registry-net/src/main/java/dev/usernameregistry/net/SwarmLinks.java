package dev.usernameregistry.net;

import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.peering.Peering;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.net.swarm.SwarmPolicy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The connections of one peer in a swarm, from the stream to its end. Loop only. */
final class SwarmLinks implements Carriers.StreamListener {
  private final Carriers carriers;
  private final Peering peering;
  private final Sharing sharing;
  private final Loop loop;
  private @Nullable SwarmPolicy policy;

  /** By local stream id. */
  private final Map<Integer, SwarmLink> links = new HashMap<>();

  /** Streams, by local id, whose first packet has not come. */
  private final Set<Integer> unproven = new HashSet<>();

  SwarmLinks(Node node, Sharing sharing, Loop loop) {
    this.carriers = node.carriers();
    this.peering = node.peering();
    this.sharing = sharing;
    this.loop = loop;
    carriers.listen(this);
  }

  /** Has {@code policy} decide about connections; it cannot be made before this. */
  void decideBy(SwarmPolicy policy) {
    this.policy = policy;
  }

  private SwarmPolicy policy() {
    if (policy == null) {
      throw new AssertionError("a connection before there is a policy");
    }
    return policy;
  }

  List<SwarmLink> all() {
    return List.copyOf(links.values());
  }

  /**
   * A peer has dialled this one. Its handshake may be a stranger's repetition of an old one; that
   * it is not is shown by the first packet for the stream, whose number only the peer can read. So
   * the connection counts only from then on.
   */
  void accepted(Peered peered, long nowNanos) {
    SwarmLink link = make(peered, nowNanos);
    if (link == null) {
      return;
    }
    if (carriers.isHeard(peered.streamId())) {
      policy().accepted(link, nowNanos);
    } else {
      unproven.add(peered.streamId());
    }
  }

  @Override
  public void heard(int streamId, long nowNanos) {
    SwarmLink link = links.get(streamId);
    if (unproven.remove(streamId) && link != null) {
      policy().accepted(link, nowNanos);
    }
  }

  /**
   * Makes a connection of a stream, and says its header; null if there are too many, or the peer
   * has ended the stream already.
   */
  @Nullable SwarmLink make(Peered peered, long nowNanos) {
    int streamId = peered.streamId();
    if (!carriers.isThere(streamId)) {
      peering.streamEnded(streamId, nowNanos);
      return null;
    }
    Connection connection =
        sharing.established(
            peered.keys(),
            peered.remote().toString(),
            () -> carriers.wake(streamId, loop.nowNanos()),
            (how, wasConnected) -> ended(streamId, how),
            nowNanos);
    if (connection == null) {
      carriers.destroy(streamId, nowNanos);
      return null;
    }
    SwarmLink link = new SwarmLink(peered, connection, carriers);
    links.put(streamId, link);
    carriers.carry(streamId, connection, nowNanos);
    return link;
  }

  /** A peer that broke a protocol is not waited for. */
  private void ended(int streamId, Connection.End how) {
    if (how == Connection.End.FAULT || how == Connection.End.SELF) {
      carriers.destroy(streamId, loop.nowNanos());
    }
  }

  @Override
  public void ended(int streamId, long nowNanos) {
    peering.streamEnded(streamId, nowNanos);
    SwarmLink link = links.remove(streamId);
    boolean counted = !unproven.remove(streamId);
    if (link != null && counted) {
      policy().closed(link, nowNanos);
    }
  }
}
