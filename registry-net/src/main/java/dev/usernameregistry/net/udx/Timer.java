package dev.usernameregistry.net.udx;

/** What can wake a stream. */
enum Timer {
  /** When the oldest packet was not acknowledged for too long. */
  RETRANSMIT,
  /** When a packet that others have overtaken is to be called lost. */
  REORDER,
  /** When the last packets may be lost, which nothing behind them would reveal. */
  TAIL_LOSS,
  /** When the peer is asked whether its window is open again. */
  WINDOW_PROBE,
  /** When a heartbeat keeps the way through a NAT open. */
  KEEP_ALIVE,
  /** When the pacer lets the next packet go. */
  PACE
}
