package dev.usernameregistry.net.udx;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** When each {@link Timer} of a stream is due; {@code Long.MAX_VALUE} is never. */
final class Timers {
  private static final long NEVER = Long.MAX_VALUE;

  /** Deadlines are moved with each packet, so they are written in place. */
  private final Map<Timer, Deadline> byTimer = new EnumMap<>(Timer.class);

  /** The same deadlines, to go through. */
  private final List<Deadline> all = new ArrayList<>();

  Timers() {
    for (Timer timer : Timer.values()) {
      Deadline deadline = new Deadline();
      byTimer.put(timer, deadline);
      all.add(deadline);
    }
  }

  /** Starts or restarts a timer. */
  void set(Timer timer, long atNanos) {
    deadline(timer).nanos = atNanos;
  }

  void stop(Timer timer) {
    deadline(timer).nanos = NEVER;
  }

  void stopAll() {
    all.forEach(deadline -> deadline.nanos = NEVER);
  }

  boolean isSet(Timer timer) {
    return at(timer) != NEVER;
  }

  /** Returns when a timer is due. */
  long at(Timer timer) {
    return deadline(timer).nanos;
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
    for (int i = 0; i < all.size(); i++) {
      long nanos = all.get(i).nanos;
      if (nanos != NEVER && (next == NEVER || nanos - next < 0)) {
        next = nanos;
      }
    }
    return next;
  }

  private Deadline deadline(Timer timer) {
    return Objects.requireNonNull(byTimer.get(timer));
  }

  private static final class Deadline {
    private long nanos = NEVER;
  }
}
