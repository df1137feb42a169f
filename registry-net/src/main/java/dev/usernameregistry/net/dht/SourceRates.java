package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each source may have us do something: so many times at once, and so many each second in
 * the long run.
 *
 * <p>Remembers as many sources as it is told. Whoever was silent for longest is forgotten first,
 * which gives that source its full burst again; so many invented sources keep nobody out, and who
 * has that many is not held back here. Whoever forges one source uses up what that one may. Not
 * thread-safe.
 */
public final class SourceRates {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long costNanos;
  private final long burstNanos;

  /** When each source will have its full burst again; who was silent for longest first. */
  private final Map<Long, Long> fullNanos;

  /** Lets each of {@code sourcesMax} sources do {@code burst} things at once. */
  public SourceRates(int burst, int perSecond, int sourcesMax) {
    costNanos = SECOND_NANOS / perSecond;
    burstNanos = burst * costNanos;
    fullNanos =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > sourcesMax;
          }
        };
  }

  /**
   * Returns a number for the host of {@code address}, whatever its port is. On loopback, where a
   * whole network lives on one host, each port is a source of its own.
   */
  public static long source(Ipv4Address address) {
    int port = KnownNodes.isLoopback(address) ? address.port() : 0;
    return (long) address.host() << 16 | port;
  }

  /** Counts one thing for {@code source}; returns false if it is one too many. */
  public boolean take(long source, long nowNanos) {
    Long known = fullNanos.get(source);
    long full = known == null || known - nowNanos < 0 ? nowNanos : known;
    if (full + costNanos - nowNanos > burstNanos) {
      return false;
    }
    fullNanos.put(source, full + costNanos);
    return true;
  }

  int size() {
    return fullNanos.size();
  }
}
