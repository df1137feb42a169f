package dev.usernameregistry.log;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which blocks of a log are stored here: all below a number, and a bit for each one beyond. Bits
 * are only ever set; a log that is cut gets a new one of these. Read from any thread, while one
 * thread at a time sets.
 */
final class StoredBlocks {
  private static final int PAGE_SHIFT = 15;
  private static final int PAGE_BLOCKS = 1 << PAGE_SHIFT;

  /**
   * Bits by block number / 32768, 64 to a word, lowest first. Pages without a set bit are absent.
   */
  private volatile NavigableMap<Long, AtomicLongArray> pages = Collections.emptyNavigableMap();

  /**
   * Every block below is stored, and this one is not. Pages wholly below it are gone; it is raised
   * before they go.
   */
  private volatile long contiguousLength;

  /** Starts with all blocks below {@code contiguousLength}, and {@code blocks} beyond it. */
  StoredBlocks(long contiguousLength, long[] blocks) {
    this.contiguousLength = contiguousLength;
    for (long block : blocks) {
      set(block, 1);
    }
  }

  /** Returns a copy with only the blocks below {@code length}. */
  StoredBlocks below(long length) {
    StoredBlocks kept = new StoredBlocks(Math.min(contiguousLength, length), new long[0]);
    for (long block = next(contiguousLength, length, true); block < length; ) {
      long end = next(block, length, false);
      kept.set(block, end - block);
      block = next(end, length, true);
    }
    return kept;
  }

  long contiguousLength() {
    return contiguousLength;
  }

  boolean has(long block) {
    if (block < contiguousLength) {
      return true;
    }
    AtomicLongArray page = pages.get(block >> PAGE_SHIFT);
    // a page that has just gone lies below a contiguous length that has just been raised
    return page == null ? block < contiguousLength : (word(page, block) >>> block & 1) != 0;
  }

  /** Adds {@code count} blocks from {@code start} on. */
  void set(long start, long count) {
    long end = start + count;
    long contiguous = contiguousLength;
    if (start <= contiguous) {
      raise(Math.max(contiguous, end));
      return;
    }
    NavigableMap<Long, AtomicLongArray> present = pages;
    if (present.isEmpty()) {
      present = new ConcurrentSkipListMap<>(); // not before: most logs never have a page
      pages = present;
    }
    for (long block = start; block < end; block++) {
      AtomicLongArray page =
          present.computeIfAbsent(
              block >> PAGE_SHIFT, p -> new AtomicLongArray(PAGE_BLOCKS / Long.SIZE));
      int at = wordAt(block);
      page.set(at, page.get(at) | 1L << block);
    }
  }

  private void raise(long contiguous) {
    long next = next(contiguous, Long.MAX_VALUE, false);
    contiguousLength = next;
    if (!pages.isEmpty()) {
      pages.headMap(next >> PAGE_SHIFT).clear();
    }
  }

  /**
   * Returns the first block in {@code from <= block < to} that is stored, or that is not; else
   * {@code to}.
   */
  long next(long from, long to, boolean stored) {
    long contiguous = contiguousLength;
    long block = from;
    if (block < contiguous) {
      if (stored) {
        return Math.min(block, to);
      }
      block = contiguous;
    }
    while (block < to) {
      Map.Entry<Long, AtomicLongArray> entry = pages.ceilingEntry(block >> PAGE_SHIFT);
      if (entry == null || entry.getKey() > block >> PAGE_SHIFT) {
        if (block < contiguousLength) {
          return next(block, to, stored); // the page has just gone, as in has()
        }
        if (!stored || entry == null) {
          return stored ? to : block;
        }
        block = entry.getKey() << PAGE_SHIFT;
        continue;
      }
      long word = word(entry.getValue(), block);
      long candidates = (stored ? word : ~word) >>> block;
      if (candidates != 0) {
        return Math.min(to, block + Long.numberOfTrailingZeros(candidates));
      }
      block = (block | Long.SIZE - 1) + 1;
    }
    return to;
  }

  /** Returns bits from {@code start}, a multiple of 32, on: 32 to a word, lowest first. */
  int[] words(long start, int wordCount) {
    int[] words = new int[wordCount];
    for (int i = 0; i < wordCount; i++) {
      words[i] = word(start + (long) Integer.SIZE * i);
    }
    return words;
  }

  private int word(long start) {
    long contiguous = contiguousLength;
    if (start + Integer.SIZE <= contiguous) {
      return -1;
    }
    AtomicLongArray page = pages.get(start >> PAGE_SHIFT);
    int below = start < contiguous ? (1 << (contiguous - start)) - 1 : 0;
    if (page == null) {
      return start + Integer.SIZE <= contiguousLength ? -1 : below;
    }
    return (int) (word(page, start) >>> start) | below;
  }

  private static long word(AtomicLongArray page, long block) {
    return page.get(wordAt(block));
  }

  private static int wordAt(long block) {
    return (int) (block & PAGE_BLOCKS - 1) / Long.SIZE;
  }
}
