package dev.usernameregistry.net.peering;

import dev.usernameregistry.net.peering.ServerHandshake.Origin;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of something dear peers may have us do: each peer's host, each host that brings peers'
 * messages as a relay, and all of them together, because sources can be invented.
 *
 * <p>What a relay says of its clients is counted for each relay alone, so that one that lies keeps
 * out nobody who comes another way; and what one client asks too much is not taken from its relay's
 * share.
 */
final class Budget {
  private final SourceRates clients;
  private final SourceRates relays;
  private final SourceRates all;
  private long refusedCount;

  /** So many at once, and so many each second in the long run. */
  record Rate(int burst, int perSecond) {
    private SourceRates rates() {
      return new SourceRates(burst, perSecond);
    }
  }

  Budget(Rate client, Rate relay, Rate all) {
    this.clients = client.rates();
    this.relays = relay.rates();
    this.all = all.rates();
  }

  /** Takes one for a message from there; returns false if there is none left. */
  boolean take(Origin origin, long nowNanos) {
    long sender = origin.direct() ? 0 : Integer.toUnsignedLong(origin.sender().host());
    long client = sender << Integer.SIZE | Integer.toUnsignedLong(origin.client().host());
    boolean taken =
        clients.take(client, nowNanos)
            && (origin.direct() || relays.take(sender, nowNanos))
            && all.take(0, nowNanos);
    if (!taken) {
      refusedCount++;
    }
    return taken;
  }

  /** Returns how many were refused so far. */
  long refusedCount() {
    return refusedCount;
  }

  /**
   * How often each source may make us do something dear: a bucket that fills up with time.
   *
   * <p>Knows the sources heard from last, at most {@link #SOURCES_MAX}; one that fell out starts
   * with a full bucket again, so who has that many is not held back here.
   */
  static final class SourceRates {
    static final int SOURCES_MAX = 1024;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long burst;
    private final long perTokenNanos;
    private final Map<Long, Bucket> buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Bucket> eldest) {
            return size() > SOURCES_MAX;
          }
        };

    private static final class Bucket {
      /** Invariant: 0 <= tokens <= burst, as of {@link #sinceNanos}. */
      private long tokens;

      private long sinceNanos;
    }

    /** Lets every source do {@code burst} things at once and {@code perSecond} in the long run. */
    SourceRates(int burst, int perSecond) {
      this.burst = burst;
      this.perTokenNanos = SECOND_NANOS / perSecond;
    }

    /** Takes a token of {@code source}; returns false if it has none left. */
    boolean take(long source, long nowNanos) {
      Bucket bucket = buckets.get(source);
      if (bucket == null) {
        bucket = new Bucket();
        bucket.tokens = burst;
        bucket.sinceNanos = nowNanos;
        buckets.put(source, bucket);
      }
      long gained = (nowNanos - bucket.sinceNanos) / perTokenNanos;
      bucket.tokens = Math.min(burst, bucket.tokens + gained);
      bucket.sinceNanos += gained * perTokenNanos;
      if (bucket.tokens == 0) {
        return false;
      }
      bucket.tokens--;
      return true;
    }
  }
}
