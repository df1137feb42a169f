package dev.usernameregistry.net.udx.congestion;

/**
 * Smoothed round trip time and the retransmission timeout that follows from it, as in RFC 6298,
 * with the reference's damping of samples that are far off.
 */
public final class RoundTrip {
  private static final long MILLI = 1_000_000L;
  static final long RTT_NANOS_MAX = 30_000 * MILLI;
  static final long RTO_NANOS_MIN = 1_000 * MILLI;
  static final long RTO_NANOS_MAX = 30_000 * MILLI;

  /** A sample above this is damped if it is also far from what came before. */
  private static final long OUTLIER_NANOS = 5_000 * MILLI;

  /** How long a minimum is believed. */
  private static final long MIN_RTT_WINDOW_NANOS = 300_000 * MILLI;

  private final WindowedMax negativeMinNanos = new WindowedMax(MIN_RTT_WINDOW_NANOS);
  private boolean sampled;
  private long smoothedNanos;
  private long variationNanos;
  private long timeoutNanos = RTO_NANOS_MIN;

  /** Takes in the round trip time of one packet that was sent only once. */
  public void sample(long rttNanos, long nowNanos) {
    long rtt = Math.max(1, rttNanos);
    negativeMinNanos.update(nowNanos, -(double) rtt);
    if (!sampled) {
      sampled = true;
      smoothedNanos = Math.min(rtt, RTT_NANOS_MAX);
      variationNanos = smoothedNanos / 2;
    } else {
      long limit = smoothedNanos + 5 * variationNanos;
      if (rtt > limit && rtt > OUTLIER_NANOS) {
        rtt = Math.min(limit, RTT_NANOS_MAX);
      }
      variationNanos = (3 * variationNanos + Math.abs(smoothedNanos - rtt)) / 4;
      smoothedNanos = (7 * smoothedNanos + rtt) / 8;
    }
    timeoutNanos =
        Math.min(RTO_NANOS_MAX, Math.max(RTO_NANOS_MIN, smoothedNanos + 4 * variationNanos));
  }

  /** Returns whether there was a sample. */
  public boolean isSampled() {
    return sampled;
  }

  /** Returns the smoothed round trip time; 0 without a sample. */
  public long smoothedNanos() {
    return smoothedNanos;
  }

  /** Returns the shortest round trip of the last five minutes; 0 without a sample. */
  public long minNanos() {
    return sampled ? (long) -negativeMinNanos.max() : 0;
  }

  /** Returns how long to wait for an acknowledgement. */
  public long timeoutNanos() {
    return timeoutNanos;
  }
}
