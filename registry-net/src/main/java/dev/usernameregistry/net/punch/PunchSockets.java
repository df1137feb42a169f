package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.List;

/** The sockets of one punch, at most {@link #COUNT_MAX}; the first is the one that is analyzed. */
final class PunchSockets {
  /** Most sockets at a time. */
  static final int COUNT_MAX = 256;

  /** Time to live of a probe that is to arrive. */
  static final int TTL = 64;

  /** Time to live of a probe that only opens our own NAT. */
  static final int TTL_OPENING = 5;

  private final PunchNode node;
  private final List<Integer> numbers = new ArrayList<>();

  PunchSockets(PunchNode node) {
    this.node = node;
  }

  int primary() {
    return numbers.get(0);
  }

  int count() {
    return numbers.size();
  }

  int get(int index) {
    return numbers.get(index);
  }

  boolean contains(int socket) {
    return numbers.contains(socket);
  }

  int open() {
    int socket = node.openSocket();
    numbers.add(socket);
    return socket;
  }

  /** Puts a fresh socket in the place of the first one. */
  void replacePrimary() {
    int before = numbers.get(0);
    numbers.set(0, node.openSocket());
    node.closeSocket(before);
  }

  void probe(int socket, Ipv4Address to, int ttl) {
    node.probe(socket, to, ttl);
  }

  /** Closes all but {@code kept}, which is no longer ours. */
  void closeAllBut(int kept) {
    List<Integer> closed = List.copyOf(numbers);
    numbers.clear();
    for (int socket : closed) {
      if (socket != kept) {
        node.closeSocket(socket);
      }
    }
  }
}
