package dev.usernameregistry.net.peering;

/**
 * Hears how a dial ended: exactly one call, unless it was cancelled before. Never called from
 * within {@link Peering#dial}.
 */
public interface DialListener {
  /** The stream is connected and belongs to the listener now, who ends it after use. */
  void connected(Peered peered, long nowNanos);

  /**
   * There is no connection, and nothing is left of the dial; after {@link Dial#withdraw}, it may
   * still be on its way to tell the peer so.
   */
  void failed(DialFailure failure, long nowNanos);
}
