package dev.usernameregistry.storage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much room is left for what others write. What the database takes is measured only now and
 * then; what was written since is counted. Safe from any thread.
 */
final class Room {
  /** What is written until it is measured again. */
  private static final long MEASURED_EVERY_BYTES = 1L << 20;

  /** Space that is worth rewriting tables for. */
  static final long RECLAIM_BYTES = 8L << 20;

  /** And which part of all, where it is all tables; where little may be written, that suffices. */
  private static final long RECLAIM_PART = 8;

  private final long bytesMax;
  private volatile long measuredBytes;
  private final AtomicLong writtenBytes = new AtomicLong();

  /** What was removed, as far as its space was not given back. */
  private final AtomicLong removedBytes = new AtomicLong();

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

  /** Returns whether so little is left that it is worth measuring each time. */
  boolean isScarce() {
    return bytes() < bytesMax / 2;
  }

  /**
   * Notes that records were removed that took so much, beside what was removed before.
   *
   * @return whether all tables are to be rewritten now, to give the space back
   */
  boolean isWorthReclaiming(long moreBytes) {
    long removed = removedBytes.addAndGet(moreBytes);
    long least = Math.min(RECLAIM_BYTES, bytesMax / RECLAIM_PART);
    boolean worth = removed >= Math.max(least, measuredBytes / RECLAIM_PART);
    return worth && removedBytes.compareAndSet(removed, 0);
  }
}
