package dev.usernameregistry.net.peering;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each source may make us do something dear: a bucket that fills up with time.
 *
 * <p>Knows the sources heard from last, at most {@link #SOURCES_MAX}; one that fell out starts with
 * a full bucket again, so who has that many is not held back here.
 */
final class SourceRates {
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
