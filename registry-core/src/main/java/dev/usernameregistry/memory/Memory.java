package dev.usernameregistry.memory;

import java.util.concurrent.atomic.AtomicLong;

/** What the parts of one storage share: whether it is closed, and how much is in it. Any thread. */
final class Memory {
  private final long bytesMax;

  /** What all parts take. */
  private final AtomicLong bytes = new AtomicLong();

  private volatile boolean closed;

  Memory(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** A part takes so many bytes more than before, or fewer. */
  void grew(long moreBytes) {
    bytes.addAndGet(moreBytes);
  }

  /** Returns how much less there is than there may be, or 0. */
  long roomBytes() {
    return Math.max(0, bytesMax - bytes.get());
  }

  void close() {
    closed = true;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the storage is closed");
    }
  }
}
