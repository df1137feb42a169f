package dev.usernameregistry.net.udx;

import java.util.Arrays;

/**
 * A set of packet numbers as half-open ranges.
 *
 * <p>Invariant: the ranges ascend, none is empty, no two overlap or touch; all numbers are within
 * 2^31 of one another.
 */
final class SeqRanges {
  private int[] starts = new int[4];
  private int[] ends = new int[4];
  private int count;

  int count() {
    return count;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  void clear() {
    count = 0;
  }

  /** Returns the end of the range that holds {@code seq}, or {@code seq} if none does. */
  int skip(int seq) {
    int i = firstEndingAfter(seq);
    return i < count && starts[i] - seq <= 0 ? ends[i] : seq;
  }

  /** Adds the numbers from {@code start} to before {@code end}, at least one. */
  void add(int start, int end) {
    int from = firstEndingAfter(start - 1);
    int to = from;
    int newStart = start;
    int newEnd = end;
    while (to < count && starts[to] - end <= 0) {
      newStart = starts[to] - newStart < 0 ? starts[to] : newStart;
      newEnd = ends[to] - newEnd > 0 ? ends[to] : newEnd;
      to++;
    }
    replace(from, to);
    starts[from] = newStart;
    ends[from] = newEnd;
  }

  /** Takes out all numbers before {@code seq}. */
  void removeBefore(int seq) {
    int keep = firstEndingAfter(seq);
    if (keep > 0) {
      System.arraycopy(starts, keep, starts, 0, count - keep);
      System.arraycopy(ends, keep, ends, 0, count - keep);
      count -= keep;
    }
    if (count > 0 && starts[0] - seq < 0) {
      starts[0] = seq;
    }
  }

  /** Puts one range in the place of the ranges from {@code from} to before {@code to}. */
  private void replace(int from, int to) {
    int newCount = count - (to - from) + 1;
    if (newCount > starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    System.arraycopy(starts, to, starts, from + 1, count - to);
    System.arraycopy(ends, to, ends, from + 1, count - to);
    count = newCount;
  }

  /** Returns the first range that ends after {@code seq}, or the count of ranges. */
  private int firstEndingAfter(int seq) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] - seq > 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
