package dev.usernameregistry.net.udx.congestion;

/**
 * What is remembered of a packet when it leaves, to learn from its acknowledgement. Stamped again
 * each time the packet is sent.
 */
public class SentStamp {
  /** When the packet left last. */
  long sentNanos;

  /** When the packet left that was the newest acknowledged one when this one left. */
  long firstSentNanos;

  /** Packets that had been delivered when this one left. */
  long deliveredPackets;

  /** When the newest of those was acknowledged. */
  long deliveredNanos;

  /** Whether the sender had nothing more to send when this packet left. */
  boolean appLimited;

  /** Returns when the packet left last. */
  public final long sentNanos() {
    return sentNanos;
  }
}
