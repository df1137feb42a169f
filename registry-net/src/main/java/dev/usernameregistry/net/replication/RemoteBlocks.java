package dev.usernameregistry.net.replication;

import dev.usernameregistry.tree.FlatTree;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks of a log a peer says it has: all below a number, and a bit for each one beyond.
 *
 * <p>Keeps at most 128 pages of 32,768 bits, and of all logs of the peer together at most what
 * {@link PageBudget} allows, whatever the peer says; what does not fit is forgotten. Blocks without
 * a gap from the start take no page.
 */
final class RemoteBlocks {
  static final int PAGES_MAX = 128;

  private static final int PAGE_SHIFT = 15;
  private static final int PAGE_BLOCKS = 1 << PAGE_SHIFT;
  private static final int PAGE_WORDS = PAGE_BLOCKS / Long.SIZE;

  /** A page of which the peer has all blocks. Shared, so it must not be written to. */
  private static final long[] FULL = new long[PAGE_WORDS];

  static {
    Arrays.fill(FULL, -1L);
  }

  private final PageBudget budget;

  /**
   * Bits by block number / 32768, 64 to a word, lowest first. Those below {@link #contiguousLength}
   * say nothing.
   */
  private final TreeMap<Long, long[]> pages = new TreeMap<>();

  /** The peer has every block below. Invariant: 0 <= contiguousLength <= BLOCKS_MAX. */
  private long contiguousLength;

  /** Knows of no block yet. What it keeps is taken from {@code budget}. */
  RemoteBlocks(PageBudget budget) {
    this.budget = budget;
  }

  boolean has(long block) {
    if (block < contiguousLength) {
      return true;
    }
    long[] page = pages.get(block >> PAGE_SHIFT);
    return page != null && ((page[wordAt(block)] >>> block) & 1) != 0;
  }

  /** Returns the first block that the peer has and for which {@code from <= block < to}, or to. */
  long next(long from, long to) {
    if (from < contiguousLength) {
      return Math.min(from, to);
    }
    for (Map.Entry<Long, long[]> entry : pages.tailMap(from >> PAGE_SHIFT).entrySet()) {
      long start = entry.getKey() << PAGE_SHIFT;
      if (start >= to) {
        break;
      }
      long block = nextInPage(entry.getValue(), start, Math.max(start, from), 0);
      if (block < start + PAGE_BLOCKS) {
        return Math.min(block, to);
      }
    }
    return to;
  }

  /** Returns the next bit that is set in the page, its bits flipped by {@code flip}; or its end. */
  private static long nextInPage(long[] page, long start, long from, long flip) {
    int at = (int) (from - start) / Long.SIZE;
    long word = (page[at] ^ flip) & (-1L << from);
    while (word == 0 && ++at < PAGE_WORDS) {
      word = page[at] ^ flip;
    }
    return start + (long) at * Long.SIZE + (word == 0 ? 0 : Long.numberOfTrailingZeros(word));
  }

  /**
   * Returns the first one that the peer has not and for which {@code from <= block < to}, or to.
   */
  long nextAbsent(long from, long to) {
    long block = Math.max(from, contiguousLength);
    while (block < to) {
      long number = block >> PAGE_SHIFT;
      long pageStart = number << PAGE_SHIFT;
      long[] page = pages.get(number);
      long absent = page == null ? block : nextInPage(page, pageStart, block, -1L);
      if (absent < pageStart + PAGE_BLOCKS) {
        return Math.min(absent, to);
      }
      block = absent;
    }
    return to;
  }

  /** Returns whether the peer has every block of the range. */
  boolean hasAll(long start, long length) {
    return nextAbsent(start, start + length) == start + length;
  }

  /** The peer has these blocks now. */
  void set(long start, long length) {
    cover(start, end(start, length));
    dropBelow();
  }

  private void cover(long start, long end) {
    if (start > contiguousLength) {
      setBits(start, end);
    } else {
      contiguousLength = Math.max(contiguousLength, end);
    }
  }

  /** Forgets everything, as nothing is asked of the peer any more. */
  void close() {
    budget.give(pages.size());
    pages.clear();
  }

  /**
   * Moves the end of what has no gap over what the pages say; drops those that say nothing more.
   */
  private void dropBelow() {
    long number = contiguousLength >> PAGE_SHIFT;
    for (long[] page; (page = pages.get(number)) != null; number++) {
      long start = number << PAGE_SHIFT;
      long end = nextInPage(page, start, Math.max(start, contiguousLength), -1L);
      contiguousLength = Math.min(FlatTree.BLOCKS_MAX, end);
      if (contiguousLength < start + PAGE_BLOCKS) {
        break;
      }
    }
    int before = pages.size();
    pages.headMap(number).clear();
    budget.give(before - pages.size());
    dropIfEmpty(number);
  }

  private void dropIfEmpty(long number) {
    long[] page = pages.get(number);
    long start = number << PAGE_SHIFT;
    long from = Math.max(start, contiguousLength);
    if (page != null && nextInPage(page, start, from, 0) == start + PAGE_BLOCKS) {
      remove(number);
    }
  }

  /** The peer does not have these blocks any more. */
  void clear(long start, long length) {
    long end = end(start, length);
    if (start >= end) {
      return;
    }
    lower(start);
    long pageBehind = (end + PAGE_BLOCKS - 1) >> PAGE_SHIFT;
    for (long number : List.copyOf(pages.subMap(start >> PAGE_SHIFT, pageBehind).keySet())) {
      long first = number << PAGE_SHIFT;
      fill(number, Math.max(start, first), Math.min(end, first + PAGE_BLOCKS), false);
      dropIfEmpty(number);
    }
  }

  /**
   * The peer has exactly these blocks of that part. Ignored unless {@code start} is a multiple of
   * 32.
   */
  void insert(long start, int[] words) {
    if (start % Integer.SIZE != 0 || start > FlatTree.BLOCKS_MAX) {
      return;
    }
    int held = 0;
    while (held < words.length && words[held] == -1) {
      held++;
    }
    long length = (long) held * Integer.SIZE;
    if (held < words.length) {
      length += Integer.numberOfTrailingZeros(~words[held]);
      lower(start + length);
    }
    cover(start, end(start, length));
    for (int i = held; i < words.length; i++) {
      put(start + (long) i * Integer.SIZE, words[i]);
    }
    dropBelow();
  }

  private void put(long start, int word) {
    long[] page = word == 0 ? pages.get(start >> PAGE_SHIFT) : writablePage(start >> PAGE_SHIFT);
    if (page == null) {
      return;
    }
    if (page == FULL) {
      page = FULL.clone();
      pages.put(start >> PAGE_SHIFT, page);
    }
    int shift = (int) (start & 32);
    long others = page[wordAt(start)] & ~(0xffff_ffffL << shift);
    page[wordAt(start)] = others | ((word & 0xffff_ffffL) << shift);
  }

  /** Lets {@link #contiguousLength} end at {@code length}, and keeps what is known beyond it. */
  private void lower(long length) {
    long before = contiguousLength;
    if (length < before) {
      contiguousLength = length;
      setBits(length, before);
    }
  }

  private void setBits(long start, long end) {
    for (long block = start; block < end; ) {
      long number = block >> PAGE_SHIFT;
      long next = Math.min(end, (number + 1) << PAGE_SHIFT);
      if (!fill(number, block, next, true)) {
        return;
      }
      block = next;
    }
  }

  /** Sets or clears the bits of one page; returns false if there is no room for the page. */
  private boolean fill(long number, long from, long to, boolean value) {
    if (to - from == PAGE_BLOCKS) {
      if (!value) {
        remove(number);
      } else if (pages.containsKey(number) || mayAdd()) {
        pages.put(number, FULL);
      }
      return pages.containsKey(number) == value;
    }
    long[] page = writablePage(number);
    for (long block = from; page != null && block < to; ) {
      long next = Math.min(to, (block | (Long.SIZE - 1)) + 1);
      long mask = (-1L >>> (Long.SIZE - (next - block))) << block;
      int at = wordAt(block);
      page[at] = value ? page[at] | mask : page[at] & ~mask;
      block = next;
    }
    return page != null;
  }

  private long @Nullable [] writablePage(long number) {
    long[] page = pages.get(number);
    if (page == null && !mayAdd()) {
      return null;
    }
    if (page == null || page == FULL) {
      page = page == null ? new long[PAGE_WORDS] : FULL.clone();
      pages.put(number, page);
    }
    return page;
  }

  /** Returns whether there is room for a page, which must then be added. */
  private boolean mayAdd() {
    return pages.size() < PAGES_MAX && budget.take();
  }

  private void remove(long number) {
    if (pages.remove(number) != null) {
      budget.give(1);
    }
  }

  /** Returns the end of a range, which cannot be beyond what a log can hold. */
  private static long end(long start, long length) {
    return Math.min(FlatTree.BLOCKS_MAX, start + length);
  }

  private static int wordAt(long block) {
    return (int) (block & (PAGE_BLOCKS - 1)) / Long.SIZE;
  }
}
