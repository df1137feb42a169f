package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several nodes that share one event loop. Node n has sockets 2n and 2n + 1, and opens no others.
 * Event loop only.
 */
final class NodeGroup implements DatagramMachine {
  /** The sockets that every node has. */
  static final int SOCKETS = 2;

  private final List<Node> nodes;

  /** Which node is asked first what to send, so that a busy one does not keep the others back. */
  private int turn;

  NodeGroup(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  @Override
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    nodes.get(socket / SOCKETS).receive(socket % SOCKETS, from, datagram, nowNanos);
  }

  @Override
  public @Nullable SocketChange nextSocketChange(long nowNanos) {
    return null;
  }

  @Override
  public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
    for (int asked = 0; asked < nodes.size(); asked++) {
      int node = turn;
      turn = (turn + 1) % nodes.size();
      if (nodes.get(node).nextSocketChange(nowNanos) != null) {
        throw new AssertionError("a node of a group opens no sockets");
      }
      DatagramRoute route = nodes.get(node).next(out, nowNanos);
      if (route != null) {
        return new DatagramRoute(SOCKETS * node + route.socket(), route.to(), route.ttl());
      }
    }
    return null;
  }

  @Override
  public void onTimeout(long nowNanos) {
    nodes.forEach(node -> node.onTimeout(nowNanos));
  }

  @Override
  public long nextTimeoutNanos() {
    return nodes.stream().mapToLong(Node::nextTimeoutNanos).reduce(Long.MAX_VALUE, Times::earlier);
  }
}
