package dev.usernameregistry.storage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much room is left for what others write. What the database takes is measured only now and
 * then; what was written since is counted. Safe from any thread.
 */
final class Room {
  /** What is written until it is measured again. */
  private static final long MEASURED_EVERY_BYTES = 1L << 20;

  private final long bytesMax;
  private volatile long measuredBytes;
  private final AtomicLong writtenBytes = new AtomicLong();

  Room(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Returns whether it is time to measure. */
  boolean isOutdated() {
    return writtenBytes.get() >= MEASURED_EVERY_BYTES;
  }

  /** Notes what is about to be written. */
  void takes(long bytes) {
    writtenBytes.addAndGet(bytes);
  }

  /** Notes what the database takes now. */
  void measured(long bytes) {
    writtenBytes.set(0);
    measuredBytes = bytes;
  }

  /** Returns how much less it takes than it may, or 0. */
  long bytes() {
    return Math.max(0, bytesMax - measuredBytes - writtenBytes.get());
  }
}
