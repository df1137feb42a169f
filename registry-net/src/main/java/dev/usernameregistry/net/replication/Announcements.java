package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Head;
import dev.usernameregistry.log.Log;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one peer is told of our state of the log: sync, ranges, and the answers to its wants.
 *
 * <p>Keeps what has to be said, not the messages, so that a peer that does not read costs little: a
 * sync is made when it is asked for, and only if it says something new.
 */
final class Announcements {
  /** Wants of a peer that are kept; one with more is told of every block. */
  private static final int WANTS_MAX = 512;

  /** Ranges that wait to be sent; more than these are told as a bitfield. */
  private static final int RANGES_MAX = 1024;

  /** New blocks this close to the end of the log are told to everybody. */
  private static final long LAST_BLOCKS = 256;

  private final Log log;
  private final RemoteBlocks theirs;
  private final TheirHead theirHead;
  private final Provability provability;

  private final List<Want> wants = new ArrayList<>(0);
  private final Deque<Want> unanswered = new ArrayDeque<>(1);
  private final Deque<Range> ranges = new ArrayDeque<>(1);

  private @Nullable Sync told;
  private boolean wantsAll;
  private boolean allowsPush;

  /** Whether what a sync or the full range says may have changed since it was told. */
  private boolean changed;

  /** Length for which we have said last that we hold all blocks. */
  private long fullLength;

  Announcements(Log log, RemoteBlocks theirs, TheirHead theirHead) {
    this.log = log;
    this.theirs = theirs;
    this.theirHead = theirHead;
    this.provability = new Provability(log);
  }

  /** The channel is open: tells the peer what we have. */
  void open() {
    changed = true;
    long contiguousLength = log.contiguousLength();
    if (contiguousLength > 0 && contiguousLength < log.length()) {
      ranges.add(new Range(false, 0, contiguousLength));
    }
  }

  /** Either side may send the newest block unasked. */
  void allowPush() {
    allowsPush = true;
    changed = true;
  }

  boolean allowsPush() {
    return allowsPush;
  }

  /** Something that a sync says may be different now, or the peer said how far it is. */
  void refresh() {
    changed = true;
  }

  /** The peer wants to hear of a part of the log, or does not any more. */
  void take(Want want) {
    if (!want.wanted()) {
      wants.removeIf(w -> w.start() == want.start() && w.length() == want.length());
      return;
    }
    if (wants.size() < WANTS_MAX) {
      wants.add(want);
    } else {
      wantsAll = true;
    }
    if (unanswered.size() < WANTS_MAX && !unanswered.contains(want)) {
      unanswered.add(want);
    }
  }

  /** We now have these blocks. */
  void stored(long start, long length) {
    changed = true;
    long logLength = log.length();
    if (log.contiguousLength() == logLength || theirs.hasAll(start, length)) {
      return;
    }
    if (start + length + LAST_BLOCKS < logLength && !wanted(start, length)) {
      return;
    }
    Range last = ranges.peekLast();
    if (last != null && !last.drop() && last.start() + last.length() == start) {
      ranges.removeLast();
      ranges.add(new Range(false, last.start(), last.length() + length));
    } else {
      add(new Range(false, start, length));
    }
  }

  /** We cut the log. */
  void truncated(long length, long previousLength) {
    changed = true;
    fullLength = Math.min(fullLength, length);
    if (length < previousLength) {
      add(new Range(true, length, previousLength - length));
    }
  }

  private void add(Range range) {
    if (ranges.size() < RANGES_MAX) {
      ranges.add(range);
      return;
    }
    // the peer does not read: say it in fewer words, once it does
    ranges.clear();
    fullLength = 0;
    wants.stream().filter(want -> !unanswered.contains(want)).forEach(unanswered::add);
  }

  private boolean wanted(long start, long length) {
    return wantsAll
        || wants.stream()
            .anyMatch(w -> start < w.start() + w.length() && w.start() < start + length);
  }

  /** Returns what has to be looked up before all can be told, or null. */
  @Nullable Work nextWork(Runnable done) {
    Sync sync = theirHead.told();
    return sync == null ? null : provability.nextWork(sync, done);
  }

  /** Returns the next message, or null. */
  @Nullable Message next() {
    Head head = log.head();
    if (told == null) {
      return sync(head);
    }
    Range range = ranges.poll();
    if (range != null) {
      return range;
    }
    if (changed) {
      Range full = fullRange();
      if (full != null) {
        return full;
      }
      changed = false;
      Sync before = told;
      Sync sync = sync(head);
      if (!sync.equals(before)) {
        return sync;
      }
    }
    Message answer = null;
    while (answer == null && !unanswered.isEmpty()) {
      answer = answer(unanswered.remove());
    }
    return answer;
  }

  private @Nullable Range fullRange() {
    long length = log.length();
    if (length <= fullLength || log.contiguousLength() < length) {
      return null;
    }
    fullLength = length;
    return new Range(false, 0, length);
  }

  private Sync sync(Head head) {
    long length = log.length();
    long remoteFork = theirHead.fork();
    long remoteLength = remoteFork == head.fork() ? theirHead.length() : 0;
    boolean canUpgrade =
        remoteFork == head.fork() && provability.upgrade(head.fork(), remoteLength, length);
    boolean tagged = allowsPush && length == head.length();
    told =
        new Sync(
            head.fork(),
            length,
            remoteLength,
            canUpgrade,
            true,
            true,
            log.manifest().isPresent(),
            allowsPush,
            tagged ? Sync.treeTag(head.roots()) : Sync.NO_TAG);
    return told;
  }

  private @Nullable Message answer(Want want) {
    long length = log.length();
    long contiguous = log.contiguousLength();
    long end = Math.min(length, want.start() + want.length());
    if (contiguous == length || end <= contiguous || (want.any() && want.start() < contiguous)) {
      return contiguous == 0 ? null : new Range(false, 0, contiguous);
    }
    if (want.start() >= length) {
      return null;
    }
    if (want.any()) {
      long block = log.firstStored(want.start(), end);
      return block < end ? new Range(false, block, 1) : null;
    }
    long start = want.start() - want.start() % Integer.SIZE;
    long words = (end - start + Integer.SIZE - 1) / Integer.SIZE;
    return new Bitfield(start, log.storedWords(start, (int) Math.min(words, Bitfield.WORDS_MAX)));
  }
}
