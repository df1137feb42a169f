package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.punch.ClientPunch;
import dev.usernameregistry.net.punch.ServerPunch;
import java.util.ArrayList;
import java.util.List;

/** The punches under way: one for each dial that needs it, and a bounded number of peers'. */
final class Punches {
  /** A punch of either side, as the node's sockets and the clock see it. */
  interface Punch {
    boolean owns(int socket);

    void probe(int socket, Ipv4Address from, long nowNanos);

    void onTimeout(long nowNanos);

    long nextTimeoutNanos();

    boolean isDone();

    static Punch of(ClientPunch punch) {
      return new Punch() {
        @Override
        public boolean owns(int socket) {
          return punch.owns(socket);
        }

        @Override
        public void probe(int socket, Ipv4Address from, long nowNanos) {
          punch.probe(socket, from, nowNanos);
        }

        @Override
        public void onTimeout(long nowNanos) {
          punch.onTimeout(nowNanos);
        }

        @Override
        public long nextTimeoutNanos() {
          return punch.nextTimeoutNanos();
        }

        @Override
        public boolean isDone() {
          return punch.isDone();
        }
      };
    }

    static Punch of(ServerPunch punch) {
      return new Punch() {
        @Override
        public boolean owns(int socket) {
          return punch.owns(socket);
        }

        @Override
        public void probe(int socket, Ipv4Address from, long nowNanos) {
          punch.probe(socket, from, nowNanos);
        }

        @Override
        public void onTimeout(long nowNanos) {
          punch.onTimeout(nowNanos);
        }

        @Override
        public long nextTimeoutNanos() {
          return punch.nextTimeoutNanos();
        }

        @Override
        public boolean isDone() {
          return punch.isDone();
        }
      };
    }
  }

  private final List<Punch> punches = new ArrayList<>();

  void add(Punch punch) {
    punches.removeIf(Punch::isDone);
    punches.add(punch);
  }

  /** Takes in a one-byte datagram. */
  void probe(int socket, Ipv4Address from, long nowNanos) {
    for (Punch punch : punches) {
      if (punch.owns(socket)) {
        punch.probe(socket, from, nowNanos);
        return;
      }
    }
  }

  void onTimeout(long nowNanos) {
    for (Punch punch : List.copyOf(punches)) {
      if (punch.nextTimeoutNanos() != Long.MAX_VALUE && punch.nextTimeoutNanos() - nowNanos <= 0) {
        punch.onTimeout(nowNanos);
      }
    }
    punches.removeIf(Punch::isDone);
  }

  /** Returns the earlier of {@code other} and the first timeout of a punch. */
  long nextNanos(long other) {
    long next = other;
    for (Punch punch : punches) {
      next = earlier(next, punch.nextTimeoutNanos());
    }
    return next;
  }

  static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return a == Long.MAX_VALUE ? b : a;
    }
    return a - b < 0 ? a : b;
  }
}
