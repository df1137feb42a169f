package dev.usernameregistry.net.udx;

import java.util.Arrays;

/** When each {@link Timer} of a stream is due; {@code Long.MAX_VALUE} is never. */
@SuppressWarnings("EnumOrdinal") // a table with one row for each timer
final class Timers {
  private static final long NEVER = Long.MAX_VALUE;

  private final long[] deadlineNanos = new long[Timer.values().length];

  Timers() {
    stopAll();
  }

  /** Starts or restarts a timer. */
  void set(Timer timer, long atNanos) {
    deadlineNanos[timer.ordinal()] = atNanos;
  }

  void stop(Timer timer) {
    deadlineNanos[timer.ordinal()] = NEVER;
  }

  void stopAll() {
    Arrays.fill(deadlineNanos, NEVER);
  }

  boolean isSet(Timer timer) {
    return deadlineNanos[timer.ordinal()] != NEVER;
  }

  /** Returns when a timer is due. */
  long at(Timer timer) {
    return deadlineNanos[timer.ordinal()];
  }

  /** Stops a timer if it is due; returns whether it was. */
  boolean take(Timer timer, long nowNanos) {
    boolean due = isSet(timer) && at(timer) - nowNanos <= 0;
    if (due) {
      stop(timer);
    }
    return due;
  }

  /** Returns the earliest deadline, or never. */
  long nextNanos() {
    long next = NEVER;
    for (long deadline : deadlineNanos) {
      if (deadline != NEVER && (next == NEVER || deadline - next < 0)) {
        next = deadline;
      }
    }
    return next;
  }
}
