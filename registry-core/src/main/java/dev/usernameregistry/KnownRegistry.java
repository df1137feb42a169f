package dev.usernameregistry;

import dev.usernameregistry.claims.ClaimChanges;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.claims.UnreadableRegistryException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One registry that this peer has heard of, with its log. Safe from any thread. */
final class KnownRegistry {
  /** Why nothing more of it is fetched, for people. */
  static final String NO_ROOM =
      "the storage has too little room left to fetch more of it; forget makes some";

  /** The first time that a row can hold. */
  static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);

  /** The last one. */
  static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

  private static final int ROW_BYTES = 2 * 8 + 1;

  /** Offset of the flags in a row; one without them has none set. */
  private static final int FLAGS = 2 * 8;

  private static final int INTRODUCED = 1;
  private static final int REFUSED = 2;

  /** Blocks that take no longer to follow than to wake a thread that does, or not much. */
  private static final long LIVE_BLOCKS_MAX = 8;

  final Log log;
  final boolean own;
  private final RegistryReader reader;
  final Instant discoveredAt;

  /** Whether a step of the reader is waiting to be run. */
  final AtomicBoolean scheduled = new AtomicBoolean();

  /** Whether listeners were told that its writer signed two histories. */
  final AtomicBoolean conflictTold = new AtomicBoolean();

  /** How far the index has followed, as of the last step. */
  volatile Progress progress;

  /** Why the reader cannot go on; empty if it can. */
  volatile String trouble = "";

  volatile Instant lastSeenAt;

  /** Whether it was only introduced: neither its owner told it nor the user. */
  volatile boolean introduced;

  /** What of {@link #lastSeenAt} is stored. */
  volatile Instant storedSeenAt;

  KnownRegistry(
      Log log,
      boolean own,
      RegistryReader reader,
      Progress progress,
      Instant discoveredAt,
      Instant lastSeenAt) {
    this.log = log;
    this.own = own;
    this.reader = reader;
    this.progress = progress;
    this.discoveredAt = discoveredAt;
    this.lastSeenAt = lastSeenAt;
    this.storedSeenAt = lastSeenAt;
  }

  /** Guarded by this. */
  private boolean forgotten;

  Key key() {
    return log.key();
  }

  /**
   * Takes a step of the reader; see {@link RegistryReader#advance}.
   *
   * @return whether there may be more to take
   */
  synchronized boolean advance() throws IOException, UnreadableRegistryException {
    if (forgotten) {
      return false;
    }
    boolean more = reader.advance(); // a step that throws has taken nothing in
    trouble = "";
    progress = reader.progress();
    return more;
  }

  /** Returns whether there may be a step to take, as of now. */
  boolean mayAdvance() {
    Progress now = progress;
    return now.sweeping() || now.length() != log.contiguousLength() || now.fork() != log.fork();
  }

  /** Takes in what an own append did, if it can; see {@link RegistryReader#take}. */
  synchronized boolean take(ClaimChanges changes, long fork, long start, long end)
      throws IOException {
    boolean taken = reader.take(changes, fork, start, end);
    if (taken) {
      trouble = "";
      progress = reader.progress();
    }
    return taken;
  }

  /** Lets no step be taken any more, and waits for one that is under way. */
  synchronized void forget() {
    forgotten = true;
  }

  /** Returns whether others introduced it and nothing of it is here, nor against it. */
  boolean isOnlyIntroduced() {
    return introduced && log.length() == 0 && !frozen();
  }

  boolean frozen() {
    return log.evidence().isPresent();
  }

  /** Returns whether it is known where the two histories of a frozen one part. */
  private boolean isSettled() {
    return log.evidence().map(Evidence::isExact).orElse(false);
  }

  /** Returns whether all of the log that is known here and believed is answered from. */
  boolean isComplete() {
    return holds(log.fork(), log.length());
  }

  /** Returns whether all of the log that is announced to be this long is answered from. */
  boolean holds(long fork, long length) {
    Progress now = progress;
    return now.fork() > fork || (now.fork() == fork && now.length() >= length);
  }

  /** Returns whether it was followed before and is a few blocks longer now, and nothing else. */
  boolean isLive() {
    Progress before = progress;
    long missing = log.contiguousLength() - before.length();
    return !own
        && before.length() > 0
        && before.fork() == log.fork()
        && !before.sweeping()
        && missing > 0
        && missing <= LIVE_BLOCKS_MAX;
  }

  /** Returns what is remembered over restarts: two times in milliseconds, and flags. */
  byte[] row() {
    return ByteBuffer.allocate(ROW_BYTES)
        .putLong(discoveredAt.toEpochMilli())
        .putLong(lastSeenAt.toEpochMilli())
        .put((byte) (introduced ? INTRODUCED : 0))
        .array();
  }

  /** Returns what is remembered of one that is forgotten and not to be introduced again. */
  static byte[] refusedRow() {
    return ByteBuffer.allocate(ROW_BYTES).put(FLAGS, (byte) REFUSED).array();
  }

  static boolean introduced(byte[] row) {
    return row.length > FLAGS && (row[FLAGS] & INTRODUCED) != 0;
  }

  static boolean refused(byte[] row) {
    return row.length > FLAGS && (row[FLAGS] & REFUSED) != 0;
  }

  static Instant discoveredAt(byte[] row) {
    return Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong(0));
  }

  static Instant lastSeenAt(byte[] row) {
    return Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong(8));
  }

  RegistryInfo info() {
    String unreadable = trouble;
    if (frozen()) {
      String stays =
          isSettled() ? "what is beyond dispute stays" : "nobody has told where they part";
      String reason = "its writer signed two histories; " + stays;
      return info(RegistryInfo.State.FROZEN, isComplete() ? reason : reason + ": " + answered());
    }
    if (!unreadable.isEmpty()) {
      return info(RegistryInfo.State.UNREADABLE, unreadable);
    }
    return isComplete()
        ? info(RegistryInfo.State.SYNCED, Optional.empty())
        : info(RegistryInfo.State.BEHIND, answered());
  }

  /** Returns how much of the log is answered from, for people. */
  String answered() {
    String here = progress.length() + " of " + log.length() + " blocks are here and answered from";
    return lacksRoomFor(log.length()) ? here + "; " + NO_ROOM : here;
  }

  /** Returns whether it is not fetched up to this length; see {@link #NO_ROOM}. */
  boolean lacksRoomFor(long length) {
    return log.contiguousLength() < length && !log.hasRoom();
  }

  RegistryInfo info(RegistryInfo.State state, String reason) {
    return info(state, Optional.of(reason));
  }

  private RegistryInfo info(RegistryInfo.State state, Optional<String> reason) {
    Progress now = progress;
    return new RegistryInfo(
        key(),
        own,
        discoveredAt,
        lastSeenAt,
        log.length(),
        now.names(),
        now.refusedNames(),
        now.unusableRecords(),
        state,
        reason);
  }
}
