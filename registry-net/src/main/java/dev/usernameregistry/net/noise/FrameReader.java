package dev.usernameregistry.net.noise;

import dev.usernameregistry.codec.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames: a length of 3 bytes, little-endian, and so many bytes. Keeps at
 * most one unfinished frame, and of it no more than twice what has arrived.
 */
final class FrameReader {
  static final int LENGTH_BYTES = 3;

  private static final int FIRST_BYTES = 512;
  private static final byte[] NONE = {};

  private int lengthBytesRead;
  private int length;
  private byte[] body = NONE;
  private int bodyRead;

  /**
   * Takes bytes of {@code in} until one frame is complete.
   *
   * @return the frame without its length, or null if {@code in} ended before it
   * @throws MalformedMessageException as soon as a length outside the two limits was read
   */
  byte @Nullable [] read(ByteBuffer in, int bytesMin, int bytesMax) {
    while (lengthBytesRead < LENGTH_BYTES) {
      if (!in.hasRemaining()) {
        return null;
      }
      length |= (in.get() & 0xff) << (8 * lengthBytesRead++);
      if (lengthBytesRead == LENGTH_BYTES) {
        checkLength(bytesMin, bytesMax);
      }
    }
    int count = Math.min(length - bodyRead, in.remaining());
    growFor(bodyRead + count);
    in.get(body, bodyRead, count);
    bodyRead += count;
    return bodyRead == length ? take() : null;
  }

  /** Returns how many bytes are set aside for the unfinished frame. */
  int bufferBytes() {
    return body.length;
  }

  private void checkLength(int bytesMin, int bytesMax) {
    if (length < bytesMin || length > bytesMax) {
      throw new MalformedMessageException(
          "a frame of " + length + " bytes, not between " + bytesMin + " and " + bytesMax);
    }
  }

  private void growFor(int byteCount) {
    if (byteCount > body.length) {
      int capacity = Math.max(byteCount, Math.max(FIRST_BYTES, 2 * body.length));
      body = Arrays.copyOf(body, Math.min(length, capacity));
    }
  }

  private byte[] take() {
    byte[] frame = body;
    body = NONE;
    bodyRead = 0;
    length = 0;
    lengthBytesRead = 0;
    return frame;
  }
}
