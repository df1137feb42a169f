package dev.usernameregistry.bee;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which keys to show, in which direction and how many. Keys are ordered as unsigned bytes, shorter
 * prefix first. Immutable; each method returns a changed copy, and of two lower or two upper bounds
 * the one set last counts.
 */
public final class KeyRange {
  private static final KeyRange ALL = new KeyRange(null, true, null, true, false, -1);

  private final byte @Nullable [] lower;
  private final boolean lowerIncluded;
  private final byte @Nullable [] upper;
  private final boolean upperIncluded;
  private final boolean reverse;

  /** Most results to show; -1 for no limit. */
  private final long limit;

  private KeyRange(
      byte @Nullable [] lower,
      boolean lowerIncluded,
      byte @Nullable [] upper,
      boolean upperIncluded,
      boolean reverse,
      long limit) {
    this.lower = lower;
    this.lowerIncluded = lowerIncluded;
    this.upper = upper;
    this.upperIncluded = upperIncluded;
    this.reverse = reverse;
    this.limit = limit;
  }

  /** Returns the range of all keys, ascending, without a limit. */
  public static KeyRange all() {
    return ALL;
  }

  /** Returns the range of all keys that begin with {@code prefix}. */
  public static KeyRange prefix(byte[] prefix) {
    byte[] next = successor(prefix);
    KeyRange from = ALL.gte(prefix);
    return next == null ? from : from.lt(next);
  }

  /** Returns this range, only keys greater than {@code key}. */
  public KeyRange gt(byte[] key) {
    return new KeyRange(key.clone(), false, upper, upperIncluded, reverse, limit);
  }

  /** Returns this range, only keys greater than or equal to {@code key}. */
  public KeyRange gte(byte[] key) {
    return new KeyRange(key.clone(), true, upper, upperIncluded, reverse, limit);
  }

  /** Returns this range, only keys less than {@code key}. */
  public KeyRange lt(byte[] key) {
    return new KeyRange(lower, lowerIncluded, key.clone(), false, reverse, limit);
  }

  /** Returns this range, only keys less than or equal to {@code key}. */
  public KeyRange lte(byte[] key) {
    return new KeyRange(lower, lowerIncluded, key.clone(), true, reverse, limit);
  }

  /** Returns this range, from its other end. */
  public KeyRange reversed() {
    return new KeyRange(lower, lowerIncluded, upper, upperIncluded, !reverse, limit);
  }

  /**
   * Returns this range, at most {@code count} results.
   *
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public KeyRange limit(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("limit is " + count + ", at least 0");
    }
    return new KeyRange(lower, lowerIncluded, upper, upperIncluded, reverse, count);
  }

  /** Returns the range of the same keys once {@code prefix} is put before each of them. */
  KeyRange below(byte[] prefix, KeyRange unbounded) {
    return new KeyRange(
        lower == null ? unbounded.lower : concat(prefix, lower),
        lower == null ? unbounded.lowerIncluded : lowerIncluded,
        upper == null ? unbounded.upper : concat(prefix, upper),
        upper == null ? unbounded.upperIncluded : upperIncluded,
        reverse,
        limit);
  }

  /** Returns the end at which the walk begins, or null if it begins with the first key. */
  byte @Nullable [] start() {
    return reverse ? upper : lower;
  }

  boolean startIncluded() {
    return reverse ? upperIncluded : lowerIncluded;
  }

  /** Returns whether the walk has gone past its other end when it comes to {@code key}. */
  boolean isPastEnd(byte[] key) {
    byte[] end = reverse ? lower : upper;
    if (end == null) {
      return false;
    }
    int order = reverse ? Arrays.compareUnsigned(end, key) : Arrays.compareUnsigned(key, end);
    return order > 0 || (order == 0 && !(reverse ? lowerIncluded : upperIncluded));
  }

  boolean isReverse() {
    return reverse;
  }

  long limit() {
    return limit;
  }

  static byte[] concat(byte[] prefix, byte[] key) {
    byte[] both = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, both, prefix.length, key.length);
    return both;
  }

  /** Returns the smallest key above all that begin with {@code prefix}; null if there is none. */
  private static byte @Nullable [] successor(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    next[length - 1]++;
    return next;
  }
}
