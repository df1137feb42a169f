package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a stream: puts packets in order, keeps what was not read, and tells which
 * window and acknowledgement to send.
 *
 * <p>Memory: bytes that wait, in order or not, are at most twice the window's limit; messages at
 * most {@link #MESSAGES_MAX}.
 */
final class Inbound {
  /** Messages that may wait to be fetched; later ones are dropped, as any datagram may be. */
  static final int MESSAGES_MAX = 256;

  private final int bytesMax;
  private final Reassembly early = new Reassembly();
  private final Unread unread = new Unread();
  private final Queue<ByteBuffer> messages = new ArrayDeque<>();

  /** The next packet number expected; all lower ones arrived. */
  private int next;

  private boolean endKnown;

  /** The number of the peer's END, if known. */
  private int endSeq;

  /** The window that the peer was told last, bytes. */
  private int toldWindow;

  Inbound(int initialSeq, int bytesMax) {
    this.next = initialSeq;
    this.bytesMax = bytesMax;
    this.toldWindow = bytesMax;
  }

  int next() {
    return next;
  }

  /** Returns whether all that the peer sent before its END has arrived. */
  boolean isEnded() {
    return endKnown && endSeq - next < 0;
  }

  /** Returns the numbers that arrived beyond the first hole. */
  SeqRanges beyondHole() {
    return early.ranges();
  }

  /** Returns the window to tell the peer now, bytes. */
  int tellWindow() {
    toldWindow = (int) Math.max(0, bytesMax - unread.bytes());
    return toldWindow;
  }

  /** Returns whether a peer that stopped sending must hear that the window is open again. */
  boolean mustTellWindow() {
    return toldWindow < Packet.SENT_BYTES_MAX && unread.bytes() <= bytesMax * 3L / 4;
  }

  /**
   * Takes in the payload of a DATA or END packet.
   *
   * @return false if there is no room for it: the packet counts as lost and is not acknowledged
   */
  boolean accept(Packet packet, ByteBuffer datagram, int payloadAt) {
    int seq = packet.seq();
    if (seq - next < 0 || (endKnown && endSeq - seq < 0) || early.holds(seq)) {
      return true;
    }
    int bytes = packet.has(Packet.DATA) ? datagram.limit() - payloadAt : 0;
    if (unread.bytes() + early.bytes() + bytes > 2L * bytesMax) {
      return false;
    }
    if (seq == next) {
      unread.append(datagram, payloadAt, bytes);
      next++;
    } else if (early.bytes() + bytes > bytesMax
        || !early.store(next, seq, datagram, payloadAt, bytes)) {
      return false;
    }
    if (packet.has(Packet.END) && !endKnown) {
      endKnown = true;
      endSeq = seq;
    }
    deliverEarly();
    return true;
  }

  /** Keeps a message. */
  void acceptMessage(ByteBuffer datagram, int payloadAt) {
    if (messages.size() < MESSAGES_MAX) {
      byte[] message = new byte[datagram.limit() - payloadAt];
      datagram.get(payloadAt, message);
      messages.add(ByteBuffer.wrap(message));
    }
  }

  /** Returns the next bytes, or null. */
  @Nullable ByteBuffer read() {
    return unread.read();
  }

  /** Returns how many bytes wait to be read. */
  long unreadBytes() {
    return unread.bytes();
  }

  /** Returns the next message, or null. */
  @Nullable ByteBuffer nextMessage() {
    return messages.poll();
  }

  /** Lets go of what can never be delivered. */
  void clearEarly() {
    early.clear();
  }

  /** Lets go of everything. */
  void clear() {
    early.clear();
    unread.clear();
    messages.clear();
  }

  private void deliverEarly() {
    for (byte[] payload; !isEnded() && (payload = early.take(next)) != null; ) {
      unread.append(ByteBuffer.wrap(payload), 0, payload.length);
      next++;
    }
    if (isEnded()) {
      early.clear();
    }
  }
}
