package dev.usernameregistry.net.udx;

/**
 * Limits of all streams of a node.
 *
 * @param receiveBytesMax bytes of one stream that may wait to be read; the window that the peer is
 *     told shrinks by what waits. Data is refused at twice as much
 * @param writeBytesMax bytes not yet acknowledged, beyond what may be in flight, above which a
 *     stream is no longer writable
 * @param packetBytesMax the longest packet that is probed for, IP and UDP headers included; 1200
 *     (no probing) to 1500
 * @param tombstoneNanos how long a stream that ended in order, or that we destroyed, still answers
 *     a peer that does not know; 0 for not at all
 */
public record UdxOptions(
    int receiveBytesMax, int writeBytesMax, int packetBytesMax, long tombstoneNanos) {
  /** The reference's limits, and tombstones for as long as the reference repeats an END. */
  public static final UdxOptions DEFAULT =
      new UdxOptions(4 << 20, 256 << 10, MtuSearch.MTU_MAX, 14_000_000_000L);

  /** Checks the limits. */
  public UdxOptions {
    if (receiveBytesMax < Packet.DATAGRAM_BYTES_MAX || receiveBytesMax > 1 << 30) {
      throw new IllegalArgumentException("receiveBytesMax is " + receiveBytesMax);
    }
    if (writeBytesMax < 1) {
      throw new IllegalArgumentException("writeBytesMax is " + writeBytesMax);
    }
    if (packetBytesMax < MtuSearch.MTU_BASE || packetBytesMax > MtuSearch.MTU_MAX) {
      throw new IllegalArgumentException("packetBytesMax is " + packetBytesMax);
    }
    if (tombstoneNanos < 0) {
      throw new IllegalArgumentException("tombstoneNanos is " + tombstoneNanos);
    }
  }
}
