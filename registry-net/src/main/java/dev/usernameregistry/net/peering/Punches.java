package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.punch.Punch;
import java.util.ArrayList;
import java.util.List;

/** The punches under way: one for each dial that needs it, and a bounded number of peers'. */
final class Punches {
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
