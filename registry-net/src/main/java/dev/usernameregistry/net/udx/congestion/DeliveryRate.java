package dev.usernameregistry.net.udx.congestion;

/**
 * How fast packets arrive at the peer: one sample for each acknowledgement that delivers something,
 * as in the draft on delivery rate estimation that BBR uses.
 *
 * <p>For each acknowledgement: {@link #begin}, {@link #acknowledged} for each packet, {@link #lost}
 * for each loss noticed, {@link #finish}; the congestion control reads the result.
 */
public final class DeliveryRate {
  /** Packets delivered since the stream began. */
  private long deliveredPackets;

  /** When the newest of them was acknowledged. */
  private long deliveredNanos;

  /** When the packet left that is the newest among the acknowledged ones. */
  private long firstSentNanos;

  /** While {@link #deliveredPackets} is not above this, samples show a lack of data; 0 for none. */
  private long appLimitedUntil;

  private int ackedPackets;
  private int lostPackets;
  private long rttNanos;
  private boolean sampled;
  private long newestSentNanos;
  private long priorDelivered;
  private long priorDeliveredNanos;
  private long sendNanos;
  private boolean sampleAppLimited;
  private double packetsPerNano;

  /** Stamps a packet that leaves now. */
  public void sent(SentStamp packet, boolean nothingInFlight, long nowNanos) {
    if (nothingInFlight) {
      firstSentNanos = nowNanos;
      deliveredNanos = nowNanos;
    }
    packet.sentNanos = nowNanos;
    packet.firstSentNanos = firstSentNanos;
    packet.deliveredPackets = deliveredPackets;
    packet.deliveredNanos = deliveredNanos;
    packet.appLimited = appLimitedUntil != 0;
  }

  /** Notes that nothing more is there to send though more might be in flight. */
  public void appLimited(int inFlightPackets) {
    appLimitedUntil = Math.max(1, deliveredPackets + inFlightPackets);
  }

  /** Starts the sample of one acknowledgement. Losses noticed since the last one count in. */
  public void begin() {
    ackedPackets = 0;
    rttNanos = Long.MAX_VALUE;
    sampled = false;
    packetsPerNano = 0;
  }

  /** Takes in one packet that this acknowledgement delivers. */
  public void acknowledged(SentStamp packet, boolean sentOnce, long nowNanos) {
    deliveredPackets++;
    deliveredNanos = nowNanos;
    ackedPackets++;
    if (sentOnce) {
      rttNanos = Math.min(rttNanos, Math.max(1, nowNanos - packet.sentNanos));
    }
    if (!sampled || packet.sentNanos - newestSentNanos >= 0) {
      sampled = true;
      newestSentNanos = packet.sentNanos;
      priorDelivered = packet.deliveredPackets;
      priorDeliveredNanos = packet.deliveredNanos;
      sampleAppLimited = packet.appLimited;
      sendNanos = packet.sentNanos - packet.firstSentNanos;
      firstSentNanos = packet.sentNanos;
    }
  }

  /** Notes one packet lost that counts as a sign of congestion. */
  public void lost() {
    lostPackets++;
  }

  /** Computes the rate. */
  public void finish(long minRttNanos, long nowNanos) {
    if (appLimitedUntil != 0 && deliveredPackets > appLimitedUntil) {
      appLimitedUntil = 0;
    }
    long interval = Math.max(sendNanos, nowNanos - priorDeliveredNanos);
    if (sampled && interval > 0 && interval >= minRttNanos) {
      packetsPerNano = (double) (deliveredPackets - priorDelivered) / interval;
    }
  }

  /** Forgets the losses that the congestion control has seen. */
  public void clearLost() {
    lostPackets = 0;
  }

  long deliveredPackets() {
    return deliveredPackets;
  }

  long deliveredNanos() {
    return deliveredNanos;
  }

  int ackedPackets() {
    return ackedPackets;
  }

  int lostPackets() {
    return lostPackets;
  }

  /** Returns whether anything was delivered. */
  boolean isSampled() {
    return sampled;
  }

  /** Returns what had been delivered when the newest packet of this acknowledgement left. */
  long priorDelivered() {
    return priorDelivered;
  }

  boolean isAppLimited() {
    return sampleAppLimited;
  }

  /** Returns the rate; 0 if it cannot be told. */
  double packetsPerNano() {
    return packetsPerNano;
  }

  /** Returns the shortest round trip among the packets sent once; {@code Long.MAX_VALUE}: none. */
  long rttNanos() {
    return rttNanos;
  }
}
