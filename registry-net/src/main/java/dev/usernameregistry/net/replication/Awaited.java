package dev.usernameregistry.net.replication;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The blocks of one log that have been asked for and have not come, and since when. */
final class Awaited {
  /** A peer that has not answered for so long does not keep others from being asked. */
  static final long SLOW_NANOS = 3_000_000_000L;

  /** Blocks that are looked at for one peer at a time, however many peers are slow. */
  static final int LOOKS_MAX = 2048;

  private final NavigableMap<Long, Long> sinceNanos = new TreeMap<>();

  /**
   * What one look found.
   *
   * @param late the late blocks; a peer answers in order, so what a slow one would bring last comes
   *     first
   * @param next where the next look of the same peer begins, so that no block stays hidden from it
   */
  record Look(Collection<Long> late, long next) {}

  /** Notes that a block was asked for now, maybe once more. */
  void put(long block, long nowNanos) {
    sinceNanos.put(block, nowNanos);
  }

  /** Notes that a block has come, or that nobody is to bring it any more. */
  void remove(long block) {
    sinceNanos.remove(block);
  }

  /**
   * Looks for late blocks among {@link #LOOKS_MAX} of these, or all if they are fewer: block {@code
   * from} and those behind it, and behind the last the first.
   */
  Look look(long from, long nowNanos) {
    Deque<Long> late = new ArrayDeque<>();
    long next = from;
    Iterator<Map.Entry<Long, Long>> blocks = sinceNanos.tailMap(from).entrySet().iterator();
    for (int looks = Math.min(LOOKS_MAX, sinceNanos.size()); looks > 0; looks--) {
      if (!blocks.hasNext()) {
        blocks = sinceNanos.entrySet().iterator();
      }
      Map.Entry<Long, Long> block = blocks.next();
      if (nowNanos - block.getValue() > SLOW_NANOS) {
        late.addFirst(block.getKey());
      }
      next = block.getKey() + 1;
    }
    return new Look(late, next);
  }
}
