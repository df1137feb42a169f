package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the driver shall send and open, in order. */
final class Transport {
  /** Datagrams that wait for the driver; more are dropped, as a full socket would. */
  static final int WAITING_MAX = 1 << 12;

  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private final Set<Integer> sockets = new HashSet<>();
  private int nextSocket = DhtNode.CLIENT_SOCKET + 1;
  private long packetsSent;

  Transport() {
    sockets.add(DhtNode.SERVER_SOCKET);
    sockets.add(DhtNode.CLIENT_SOCKET);
  }

  /**
   * Sends one datagram; one for a socket that is closed, to port 0, or of more than {@link
   * Outgoing#BYTES_MAX} bytes is dropped.
   */
  void send(int socket, Ipv4Address to, byte[] bytes, int ttl) {
    boolean possible =
        sockets.contains(socket) && to.port() != 0 && bytes.length <= Outgoing.BYTES_MAX;
    if (possible && waiting.size() < WAITING_MAX) {
      waiting.add(new Outgoing.Packet(socket, to, bytes, ttl));
      packetsSent++;
    }
  }

  void send(int socket, Ipv4Address to, byte[] bytes) {
    send(socket, to, bytes, Outgoing.TTL);
  }

  int open() {
    int socket = nextSocket++;
    sockets.add(socket);
    waiting.add(new Outgoing.Open(socket));
    return socket;
  }

  void close(int socket) {
    if (socket <= DhtNode.CLIENT_SOCKET) {
      throw new IllegalArgumentException("socket " + socket + " is not one that was opened");
    }
    if (sockets.remove(socket)) {
      waiting.add(new Outgoing.Close(socket));
    }
  }

  @Nullable Outgoing next() {
    return waiting.poll();
  }

  long packetsSent() {
    return packetsSent;
  }
}
