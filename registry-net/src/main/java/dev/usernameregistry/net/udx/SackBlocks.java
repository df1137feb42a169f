package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;

/**
 * The ranges of packets that arrived beyond a hole, in the area behind the header.
 *
 * <pre>
 * offset  size  field
 *      0     4  first number of the range, little-endian
 *      4     4  first number behind the range, little-endian
 *      8        next block
 * </pre>
 *
 * <p>The area has {@code dataOffset} bytes if a payload follows, otherwise it is all the rest.
 */
final class SackBlocks {
  static final int BYTES = 8;

  /** Blocks in one packet. */
  static final int COUNT_MAX = 50;

  private SackBlocks() {}

  /** Returns how many whole blocks {@code datagram} holds, by its header. */
  static int count(Packet packet, ByteBuffer datagram) {
    if (!packet.has(Packet.SACK)) {
      return 0;
    }
    int rest = datagram.remaining() - Packet.HEADER_BYTES;
    int offset = packet.dataOffset();
    return (offset > 0 && offset < rest ? offset : rest) / BYTES;
  }

  /** Returns the first number of block {@code i}. */
  static int start(ByteBuffer datagram, int i) {
    return Packet.intAt(datagram, datagram.position() + Packet.HEADER_BYTES + i * BYTES);
  }

  /** Returns the first number behind block {@code i}. */
  static int end(ByteBuffer datagram, int i) {
    return Packet.intAt(datagram, datagram.position() + Packet.HEADER_BYTES + i * BYTES + 4);
  }

  /**
   * Appends as many of {@code ranges} as one packet may hold, those after the first {@code told} or
   * from the start if there are none; returns how many are told now.
   */
  static int encode(SeqRanges ranges, int told, ByteBuffer out) {
    int from = told < ranges.count() ? told : 0;
    int to = Math.min(ranges.count(), from + COUNT_MAX);
    for (int i = from; i < to; i++) {
      int at = out.position();
      Packet.putIntAt(out, at, ranges.start(i));
      Packet.putIntAt(out, at + 4, ranges.end(i));
      out.position(at + BYTES);
    }
    return to;
  }
}
