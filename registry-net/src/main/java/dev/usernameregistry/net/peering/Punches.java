package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.punch.Punch;
import dev.usernameregistry.net.time.Times;
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
      if (Times.isDue(punch.nextTimeoutNanos(), nowNanos)) {
        punch.onTimeout(nowNanos);
      }
    }
    punches.removeIf(Punch::isDone);
  }

  /** Returns the earlier of {@code other} and the first timeout of a punch. */
  long nextNanos(long other) {
    long next = other;
    for (Punch punch : punches) {
      next = Times.earlier(next, punch.nextTimeoutNanos());
    }
    return next;
  }
}
