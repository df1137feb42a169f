package dev.usernameregistry.net.replication;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who of a log's peers is asked for a longer or later log: one at a time, unless it is slow. Then
 * another may be asked as well, and what the slow one says after that is taken as well.
 */
final class HeadSlot {
  private @Nullable ReplicationSession holder;

  /** How long the log will be at its present fork once the holder has answered. */
  private long length;

  private long sinceNanos;

  /** Those who have not answered yet, and in whose place another was asked. */
  private final Set<ReplicationSession> late = new HashSet<>(2);

  boolean isHeldBy(ReplicationSession session) {
    return holder == session;
  }

  boolean isFree() {
    return holder == null;
  }

  /** Returns how long the log will be once the holder has answered. */
  long length() {
    return length;
  }

  /** Returns whether {@code session} may be asked now. */
  boolean isOpenTo(ReplicationSession session, long nowNanos) {
    if (late.contains(session)) {
      return false;
    }
    boolean slow = nowNanos - sinceNanos > Awaited.SLOW_NANOS;
    return holder == null || (slow && holder != session);
  }

  /** Notes that {@code session} is asked; returns in whose place, or null. */
  @Nullable ReplicationSession take(ReplicationSession session, long newLength, long nowNanos) {
    ReplicationSession slow = holder == session ? null : holder;
    if (slow != null) {
      late.add(slow);
    }
    holder = session;
    length = newLength;
    sinceNanos = nowNanos;
    return slow;
  }

  /** The request to {@code session} has ended; returns whether nobody is asked now. */
  boolean release(ReplicationSession session) {
    late.remove(session);
    if (holder != session) {
      return false;
    }
    holder = null;
    return true;
  }
}
