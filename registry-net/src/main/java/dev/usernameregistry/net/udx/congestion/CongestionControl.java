package dev.usernameregistry.net.udx.congestion;

/** How much may be in flight and how fast it may leave. */
public interface CongestionControl {
  /** Notes that a packet leaves after a pause in which there was nothing to send. */
  void restarted(DeliveryRate rate, long nowNanos);

  /** Takes in one acknowledgement that delivered something or revealed a loss. */
  void acknowledged(DeliveryRate rate, int inFlightPackets, long nowNanos);

  /** Notes that losses were seen and repairing them began. */
  void recoveryBegan();

  /** Notes that everything that was in flight when repairing began has arrived. */
  void recoveryEnded();

  /** Notes that the oldest packet was not acknowledged within the retransmission timeout. */
  void timedOut(int inFlightPackets);

  /** Returns how many packets may be in flight, at least one. */
  int windowPackets();

  /** Returns how many packets may leave in a nanosecond. */
  double pacingPacketsPerNano();
}
