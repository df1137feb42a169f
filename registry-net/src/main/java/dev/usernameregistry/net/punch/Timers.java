package dev.usernameregistry.net.punch;

import java.util.EnumMap;
import java.util.Map;

/** When each {@link Timer} is due. */
final class Timers {
  private final Map<Timer, Long> deadlineNanos = new EnumMap<>(Timer.class);

  /** Starts or restarts a timer. */
  void set(Timer timer, long delayNanos, long nowNanos) {
    deadlineNanos.put(timer, nowNanos + delayNanos);
  }

  void stop(Timer timer) {
    deadlineNanos.remove(timer);
  }

  void stopAll() {
    deadlineNanos.clear();
  }

  /** Returns whether {@code timer} is due, and stops it then. */
  boolean expired(Timer timer, long nowNanos) {
    Long deadline = deadlineNanos.get(timer);
    if (deadline == null || deadline - nowNanos > 0) {
      return false;
    }
    deadlineNanos.remove(timer);
    return true;
  }

  /** Returns the earliest deadline, or {@link Long#MAX_VALUE} if no timer runs. */
  long nextNanos() {
    if (deadlineNanos.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return deadlineNanos.values().stream().reduce((a, b) -> a - b < 0 ? a : b).orElseThrow();
  }
}
