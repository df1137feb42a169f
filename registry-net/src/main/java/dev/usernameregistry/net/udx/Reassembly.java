package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Payloads that arrived before their turn, kept by packet number.
 *
 * <p>Memory: at most {@link #AHEAD_MAX} numbers ahead, {@link #RANGES_MAX} ranges, and so many
 * bytes as the owner allows.
 */
final class Reassembly {
  /** A packet that is further ahead of the next expected one is refused. */
  static final int AHEAD_MAX = 16_384;

  /** A packet that would make more ranges than this is refused. */
  static final int RANGES_MAX = 1_024;

  private static final int SLOTS_MIN = 16;
  private static final byte[] EMPTY = {};

  private final SeqRanges ranges = new SeqRanges();

  /** Payload of each number at the number modulo the length, which is a power of two. */
  private byte[] @Nullable [] slots = new byte[0][];

  private int bytes;

  /** Returns the numbers that are held. */
  SeqRanges ranges() {
    return ranges;
  }

  /** Returns the bytes of all held payloads. */
  int bytes() {
    return bytes;
  }

  boolean holds(int seq) {
    return ranges.skip(seq) != seq;
  }

  /**
   * Copies the payload of a packet that is not held yet.
   *
   * @return false if {@code seq} is too far ahead of {@code next}, or makes too many ranges
   */
  boolean store(int next, int seq, ByteBuffer datagram, int payloadAt, int payloadBytes) {
    if (seq - next >= AHEAD_MAX) {
      return false;
    }
    if (ranges.count() >= RANGES_MAX && !holds(seq - 1) && !holds(seq + 1)) {
      return false;
    }
    reserve(seq - next + 1);
    byte[] payload = payloadBytes == 0 ? EMPTY : new byte[payloadBytes];
    datagram.get(payloadAt, payload);
    slots[seq & (slots.length - 1)] = payload;
    bytes += payloadBytes;
    ranges.add(seq, seq + 1);
    return true;
  }

  /** Takes out the payload of {@code seq}, the lowest number that may be held; null if missing. */
  byte @Nullable [] take(int seq) {
    if (slots.length == 0) {
      return null;
    }
    int slot = seq & (slots.length - 1);
    byte[] payload = slots[slot];
    if (payload != null) {
      slots[slot] = null;
      bytes -= payload.length;
      ranges.removeBefore(seq + 1);
    }
    return payload;
  }

  void clear() {
    ranges.clear();
    slots = new byte[0][];
    bytes = 0;
  }

  private void reserve(int count) {
    if (count <= slots.length) {
      return;
    }
    int length = Math.max(SLOTS_MIN, Integer.highestOneBit(2 * count - 1));
    byte[] @Nullable [] wider = new byte[length][];
    for (int i = 0; i < ranges.count(); i++) {
      for (int seq = ranges.start(i); seq != ranges.end(i); seq++) {
        wider[seq & (length - 1)] = slots[seq & (slots.length - 1)];
      }
    }
    slots = wider;
  }
}
