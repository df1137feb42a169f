package dev.usernameregistry.net.udx.congestion;

/**
 * Which packets are lost, told by time (RFC 8985, simplified): a packet is lost if one that left
 * after it was delivered, and more than a round trip and the reordering window have passed.
 */
public final class Rack {
  private static final int SACKED_FOR_NO_REORDERING = 3;

  private boolean sampled;

  /** The packet among the delivered ones that left last, and its round trip. */
  private long newestSentNanos;

  private int newestSeq;
  private long rttNanos;

  /** The highest packet number delivered so far. */
  private int highestSeq;

  /** Whether a packet was seen to arrive after a higher one without having been sent twice. */
  private boolean reorderingSeen;

  private long windowNanos;

  /** Takes in one packet that was acknowledged in whichever way for the first time. */
  public void delivered(int seq, long sentNanos, long rtt, boolean sentOnce, long minRttNanos) {
    if (sampled && sentOnce && seq - highestSeq < 0) {
      reorderingSeen = true;
    }
    if (!sampled || seq - highestSeq > 0) {
      highestSeq = seq;
    }
    if (!sentOnce && rtt < minRttNanos) {
      return;
    }
    if (!sampled || sentNanos - newestSentNanos > 0 || sameTime(seq, sentNanos)) {
      newestSentNanos = sentNanos;
      newestSeq = seq;
      rttNanos = rtt;
    }
    sampled = true;
  }

  private boolean sameTime(int seq, long sentNanos) {
    return sentNanos == newestSentNanos && seq - newestSeq > 0;
  }

  /** Sets how much longer than a round trip a packet may take that others have overtaken. */
  public void updateWindow(
      boolean recovering, int sackedPackets, long minRttNanos, long smoothedNanos) {
    boolean none = !reorderingSeen && (recovering || sackedPackets >= SACKED_FOR_NO_REORDERING);
    windowNanos = none ? 0 : Math.min(minRttNanos / 4, smoothedNanos);
  }

  /** Returns whether a packet left before the newest one that was delivered. */
  public boolean wasOvertaken(int seq, long sentNanos) {
    return sampled
        && (sentNanos - newestSentNanos < 0
            || (sentNanos == newestSentNanos && seq - newestSeq < 0));
  }

  /** Returns when a packet that was overtaken is to be called lost. */
  public long lostAtNanos(long sentNanos) {
    return sentNanos + rttNanos + windowNanos;
  }

  /** Returns whether this packet could have been acknowledged by now, going by the last ones. */
  public boolean isOverdue(long sentNanos, long nowNanos) {
    return !sampled || lostAtNanos(sentNanos) - nowNanos <= 0;
  }
}
