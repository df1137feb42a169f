package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * Both sides are consistent: each probes the other's addresses once a second, ten times. Addresses
 * whose host is not proven get a probe every fourth time. The side that has just sent a probe, the
 * server, begins a second later.
 */
final class ConsistentProbes implements ProbePlan {
  private static final int ROUNDS = 10;
  private static final int UNVERIFIED_EVERY = 4;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final PunchSockets sockets;
  private final RemotePeer remote;
  private boolean waits;
  private int round;

  ConsistentProbes(PunchSockets sockets, RemotePeer remote, boolean waits) {
    this.sockets = sockets;
    this.remote = remote;
    this.waits = waits;
  }

  @Override
  public long step() {
    if (waits) {
      waits = false;
      return PAUSE_NANOS;
    }
    if (round++ == ROUNDS) {
      return EXHAUSTED;
    }
    for (Ipv4Address address : remote.probed(round % UNVERIFIED_EVERY == 0)) {
      sockets.probe(sockets.primary(), address, PunchSockets.TTL);
    }
    return PAUSE_NANOS;
  }
}
