package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * Our ports are random and the peer is consistent: many sockets open as many ports of our NAT
 * towards the peer, with probes that do not get that far, then send from each in turn. The first
 * lap is of such probes as well.
 */
final class ManySocketsProbes implements ProbePlan {
  private static final int OPENED_AT_ONCE = 32;
  private static final long OPENING_PAUSE_NANOS = 5_000_000L;
  private static final long OPENED_PAUSE_NANOS = 100_000_000L;

  private final PunchSockets sockets;
  private final Ipv4Address verified;
  private boolean opened;
  private int sent;

  ManySocketsProbes(PunchSockets sockets, Ipv4Address verified) {
    this.sockets = sockets;
    this.verified = verified;
  }

  @Override
  public long step() {
    if (!opened) {
      return open();
    }
    if (sent == RandomPortProbes.PROBES) {
      return EXHAUSTED;
    }
    int ttl = sent < sockets.count() ? PunchSockets.TTL_OPENING : PunchSockets.TTL;
    sockets.probe(sockets.get(sent++ % sockets.count()), verified, ttl);
    return RandomPortProbes.PAUSE_NANOS;
  }

  private long open() {
    for (int i = 0; i < OPENED_AT_ONCE && sockets.count() < PunchSockets.COUNT_MAX; i++) {
      sockets.probe(sockets.open(), verified, PunchSockets.TTL_OPENING);
    }
    opened = sockets.count() == PunchSockets.COUNT_MAX;
    return opened ? OPENED_PAUSE_NANOS : OPENING_PAUSE_NANOS;
  }
}
