package dev.usernameregistry.net.udx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a packet.
 *
 * <pre>
 * offset  size  field
 *      0     1  magic, 0xff
 *      1     1  version, 1
 *      2     1  type, a set of bits
 *      3     1  data offset: bytes between header and payload
 *      4     4  id of the stream on the receiver's side
 *      8     4  receive window of the sender, bytes
 *     12     4  seq: number of this packet, or the next one to use if it carries none
 *     16     4  ack: the next number that the sender expects
 *     20        end
 * </pre>
 *
 * <p>Integers are unsigned and little-endian. Numbers count packets and wrap: {@code a} is before
 * {@code b} if {@code a - b < 0}.
 */
record Packet(int type, int dataOffset, int id, int window, int seq, int ack) {
  static final int HEADER_BYTES = 20;

  /** The reference reads no more of a datagram than this and takes it for the whole. */
  static final int DATAGRAM_BYTES_MAX = 2048;

  /** The longest datagram we send of our own. */
  static final int SENT_BYTES_MAX = 1472;

  /** A pure acknowledgement: no bit is set. */
  static final int STATE = 0;

  static final int DATA = 1;
  static final int END = 1 << 1;
  static final int SACK = 1 << 2;
  static final int MESSAGE = 1 << 3;
  static final int DESTROY = 1 << 4;
  static final int HEARTBEAT = 1 << 5;

  private static final int ID_OFFSET = 4;
  private static final byte MAGIC = (byte) 0xff;
  private static final byte VERSION = 1;
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Returns whether the remaining bytes look like a packet; anything else is not for streams. */
  static boolean isPacket(ByteBuffer datagram) {
    int at = datagram.position();
    return datagram.remaining() >= HEADER_BYTES
        && datagram.get(at) == MAGIC
        && datagram.get(at + 1) == VERSION;
  }

  /** Returns the id of a datagram that is a packet. */
  static int id(ByteBuffer datagram) {
    return intAt(datagram, datagram.position() + ID_OFFSET);
  }

  /** Writes another id into a packet, as a relay does. */
  static void replaceId(byte[] packet, int id) {
    INT.set(ByteBuffer.wrap(packet), ID_OFFSET, id);
  }

  /** Reads the header of a datagram that is a packet; its position stays. */
  static Packet decode(ByteBuffer datagram) {
    int at = datagram.position();
    return new Packet(
        datagram.get(at + 2) & 0xff,
        datagram.get(at + 3) & 0xff,
        intAt(datagram, at + ID_OFFSET),
        intAt(datagram, at + 8),
        intAt(datagram, at + 12),
        intAt(datagram, at + 16));
  }

  void encode(ByteBuffer out) {
    int at = out.position();
    out.put(MAGIC).put(VERSION).put((byte) type).put((byte) dataOffset);
    putIntAt(out, at + ID_OFFSET, id);
    putIntAt(out, at + 8, window);
    putIntAt(out, at + 12, seq);
    putIntAt(out, at + 16, ack);
    out.position(at + HEADER_BYTES);
  }

  /** Returns whether any of {@code bits} is set in the type. */
  boolean has(int bits) {
    return (type & bits) != 0;
  }

  static int intAt(ByteBuffer buffer, int index) {
    return (int) INT.get(buffer, index);
  }

  static void putIntAt(ByteBuffer buffer, int index, int value) {
    INT.set(buffer, index, value);
  }
}
