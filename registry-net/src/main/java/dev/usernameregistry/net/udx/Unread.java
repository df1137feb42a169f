package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that arrived in order and wait to be read. They are copied into chunks once; reading hands
 * out slices of the chunks, which are never written again. Chunks are longer the more arrives.
 */
final class Unread {
  private static final int CHUNK_BYTES_MIN = 2 << 10;
  private static final int CHUNK_BYTES_MAX = 64 << 10;

  private final Queue<ByteBuffer> full = new ArrayDeque<>();
  private byte[] chunk = new byte[0];

  /** Where in the chunk the first byte is that was not read. */
  private int readAt;

  /** Where in the chunk the next byte goes. Invariant: readAt <= writeAt <= chunk.length. */
  private int writeAt;

  private int chunkBytes = CHUNK_BYTES_MIN;
  private long bytes;

  /** Returns how many bytes wait. */
  long bytes() {
    return bytes;
  }

  /** Copies {@code count} bytes of {@code from} at index {@code at}. */
  void append(ByteBuffer from, int at, int count) {
    bytes += count;
    int copied = 0;
    while (copied < count) {
      if (writeAt == chunk.length) {
        startChunk();
      }
      int part = Math.min(count - copied, chunk.length - writeAt);
      from.get(at + copied, chunk, writeAt, part);
      writeAt += part;
      copied += part;
    }
  }

  /** Returns the next bytes, at least one, or null. The buffer is the caller's to keep. */
  @Nullable ByteBuffer read() {
    ByteBuffer next = full.poll();
    if (next == null && readAt < writeAt) {
      next = unreadOfChunk();
    }
    if (next != null) {
      bytes -= next.remaining();
    }
    return next;
  }

  void clear() {
    full.clear();
    chunk = new byte[0];
    readAt = 0;
    writeAt = 0;
    bytes = 0;
  }

  private void startChunk() {
    if (readAt < writeAt) {
      full.add(unreadOfChunk());
    }
    chunk = new byte[chunkBytes];
    chunkBytes = Math.min(CHUNK_BYTES_MAX, 2 * chunkBytes);
    readAt = 0;
    writeAt = 0;
  }

  private ByteBuffer unreadOfChunk() {
    ByteBuffer slice = ByteBuffer.wrap(chunk, readAt, writeAt - readAt).slice();
    readAt = writeAt;
    return slice;
  }
}
