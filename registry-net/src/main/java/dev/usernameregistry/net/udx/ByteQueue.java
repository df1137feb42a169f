package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a stream from the first unacknowledged to the last written one, by their offset in the
 * stream. Written once into chunks, read as often as packets are repeated.
 */
final class ByteQueue {
  private static final int CHUNK_SHIFT = 14;
  private static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;
  private static final int SPARES_MAX = 16;

  /** Chunk number n, which begins at offset n times {@link #CHUNK_BYTES}, at n modulo length. */
  private byte[] @Nullable [] chunks = new byte[4][];

  private final Deque<byte[]> spares = new ArrayDeque<>();

  /** Offset of the first byte that is kept. */
  private long start;

  /** Offset behind the last byte written. Invariant: start <= end. */
  private long end;

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  /** Returns how many bytes are kept. */
  long size() {
    return end - start;
  }

  /** Copies all remaining bytes of {@code from}. */
  void append(ByteBuffer from) {
    while (from.hasRemaining()) {
      int at = (int) end & (CHUNK_BYTES - 1);
      byte[] chunk = chunkForWriting(end >>> CHUNK_SHIFT);
      int part = Math.min(from.remaining(), CHUNK_BYTES - at);
      from.get(chunk, at, part);
      end += part;
    }
  }

  /** Copies {@code count} kept bytes from {@code offset} on. */
  void copy(long offset, int count, ByteBuffer out) {
    long from = offset;
    int left = count;
    while (left > 0) {
      int at = (int) from & (CHUNK_BYTES - 1);
      int part = Math.min(left, CHUNK_BYTES - at);
      byte[] chunk = chunks[slot(from >>> CHUNK_SHIFT)];
      if (chunk == null) {
        throw new AssertionError("offset " + from + " is not in " + start + " to " + end);
      }
      out.put(chunk, at, part);
      from += part;
      left -= part;
    }
  }

  /** Lets go of all bytes before {@code offset}. */
  void release(long offset) {
    for (long n = start >>> CHUNK_SHIFT; n < offset >>> CHUNK_SHIFT; n++) {
      recycle(slot(n));
    }
    start = offset;
    if (start == end) {
      recycle(slot(end >>> CHUNK_SHIFT));
      spares.clear();
    }
  }

  void clear() {
    chunks = new byte[1][];
    spares.clear();
    end = start;
  }

  private void recycle(int slot) {
    byte[] chunk = chunks[slot];
    chunks[slot] = null;
    if (chunk != null && spares.size() < SPARES_MAX) {
      spares.push(chunk);
    }
  }

  private int slot(long number) {
    return (int) number & (chunks.length - 1);
  }

  private byte[] chunkForWriting(long number) {
    if (number - (start >>> CHUNK_SHIFT) >= chunks.length) {
      widen();
    }
    byte[] chunk = chunks[slot(number)];
    if (chunk == null) {
      byte[] spare = spares.poll();
      chunk = spare != null ? spare : new byte[CHUNK_BYTES];
      chunks[slot(number)] = chunk;
    }
    return chunk;
  }

  private void widen() {
    byte[] @Nullable [] wider = new byte[2 * chunks.length][];
    for (long n = start >>> CHUNK_SHIFT; n << CHUNK_SHIFT < end; n++) {
      wider[(int) n & (wider.length - 1)] = chunks[slot(n)];
    }
    chunks = wider;
  }
}
