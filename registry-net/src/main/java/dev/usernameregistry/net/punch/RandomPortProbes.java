package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.random.RandomGenerator;

/** We are consistent and the peer's ports are random: one socket tries ports of its host. */
final class RandomPortProbes implements ProbePlan {
  static final int PROBES = 1750;
  static final long PAUSE_NANOS = 20_000_000L;
  private static final int PORT_MIN = 1000;
  private static final int PORT_BOUND = 65_536;

  private final PunchSockets sockets;
  private final Ipv4Address verified;
  private final RandomGenerator random;
  private int sent;

  RandomPortProbes(PunchSockets sockets, Ipv4Address verified, RandomGenerator random) {
    this.sockets = sockets;
    this.verified = verified;
    this.random = random;
  }

  @Override
  public long step() {
    if (sent++ == PROBES) {
      return EXHAUSTED;
    }
    int port = random.nextInt(PORT_MIN, PORT_BOUND);
    sockets.probe(sockets.primary(), verified.withPort(port), PunchSockets.TTL);
    return PAUSE_NANOS;
  }
}
