package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast one host may send to us: {@value #PER_SECOND} packets in a second and {@value #BURST} at
 * once. The reference has no such limit; its busiest client sends about 100 in a second, and those
 * to many nodes.
 *
 * <p>At most {@value #HOSTS_MAX} hosts are remembered. Whoever was silent for longest is forgotten
 * first, which gives that host its full burst again; so forged sources cannot keep anybody out. On
 * loopback each port is a host of its own.
 */
final class RateLimit {
  static final int PER_SECOND = 100;
  static final int BURST = 500;
  static final int HOSTS_MAX = 8192;

  private static final long COST_NANOS = 1_000_000_000L / PER_SECOND;
  private static final long BURST_NANOS = BURST * COST_NANOS;

  /** When each host will have its full burst again. */
  private final Map<Long, Long> fullNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > HOSTS_MAX;
        }
      };

  /** Counts one packet; returns false if it is one too many. */
  boolean take(Ipv4Address from, long nowNanos) {
    long key = key(from);
    Long known = fullNanos.get(key);
    long full = known == null || known - nowNanos < 0 ? nowNanos : known;
    if (full + COST_NANOS - nowNanos > BURST_NANOS) {
      return false;
    }
    fullNanos.put(key, full + COST_NANOS);
    return true;
  }

  private static long key(Ipv4Address from) {
    int port = KnownNodes.isLoopback(from) ? from.port() : 0;
    return (long) from.host() << 16 | port;
  }

  int size() {
    return fullNanos.size();
  }
}
