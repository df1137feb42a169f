package dev.usernameregistry.net.udx.congestion;

/**
 * How many packets more than the bandwidth explains are acknowledged at once, so that the window
 * can be that much wider while acknowledgements come in bunches.
 */
final class AckAggregation {
  /** Round trips that each of the two halves of the memory covers. */
  private static final int HALF_ROUNDS = 5;

  /** An epoch that grew to this starts anew. */
  private static final long EPOCH_PACKETS_MAX = 1 << 20;

  private final double[] extraPackets = new double[2];
  private int half;
  private int rounds;
  private boolean started;
  private long epochNanos;
  private long epochPackets;

  /** Starts counting anew, after a pause. */
  void restart(long nowNanos) {
    started = true;
    epochNanos = nowNanos;
    epochPackets = 0;
  }

  /** Takes in one acknowledgement. */
  void update(DeliveryRate rate, boolean roundStart, double packetsPerNano, int windowPackets) {
    if (roundStart && ++rounds >= HALF_ROUNDS) {
      rounds = 0;
      half ^= 1;
      extraPackets[half] = 0;
    }
    double expected = packetsPerNano * (rate.deliveredNanos() - epochNanos);
    if (!started || epochPackets <= expected || epochPackets > EPOCH_PACKETS_MAX) {
      restart(rate.deliveredNanos());
      expected = 0;
    }
    epochPackets += rate.ackedPackets();
    double extra = Math.min(epochPackets - expected, windowPackets);
    extraPackets[half] = Math.max(extraPackets[half], extra);
  }

  /** Returns the most seen in the last five to ten round trips. */
  double packets() {
    return Math.max(extraPackets[0], extraPackets[1]);
  }
}
