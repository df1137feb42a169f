package dev.usernameregistry.bee;

/**
 * How a bee writes and how much it remembers.
 *
 * @param alwaysDuplicate whether a put of the value that a key already has appends a block
 * @param header written as block 0 before the first put or delete of an empty log
 * @param cacheBytesMax bound on the memory for decoded blocks, in bytes, roughly; at least 0
 */
public record BeeOptions(boolean alwaysDuplicate, BeeHeader header, long cacheBytesMax) {

  /** As the reference does: duplicates are appended, the header has no metadata. */
  public static final BeeOptions DEFAULT = new BeeOptions(true, BeeHeader.PLAIN, 64L << 20);

  /** Checks the bound. */
  public BeeOptions {
    if (cacheBytesMax < 0) {
      throw new IllegalArgumentException("cacheBytesMax is " + cacheBytesMax + ", at least 0");
    }
  }

  /** Returns these options with another {@code alwaysDuplicate}. */
  public BeeOptions withAlwaysDuplicate(boolean always) {
    return new BeeOptions(always, header, cacheBytesMax);
  }

  /** Returns these options with another header. */
  public BeeOptions withHeader(BeeHeader other) {
    return new BeeOptions(alwaysDuplicate, other, cacheBytesMax);
  }

  /** Returns these options with another bound on the cache, in bytes. */
  public BeeOptions withCacheBytesMax(long bytesMax) {
    return new BeeOptions(alwaysDuplicate, header, bytesMax);
  }
}
