package dev.usernameregistry.net.peering;

/** Hears of peers that dialled us. */
@FunctionalInterface
public interface AcceptListener {
  /**
   * A peer's handshake led to a connected stream, which belongs to the listener now. The peer may
   * never send a byte, see {@link Peered}.
   */
  void accepted(Peered peered, long nowNanos);
}
