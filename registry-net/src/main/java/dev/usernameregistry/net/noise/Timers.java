package dev.usernameregistry.net.noise;

import dev.usernameregistry.net.time.Times;
import java.util.EnumMap;
import java.util.Map;

/** When each {@link Timer} is due. */
final class Timers {
  private final Map<Timer, Long> deadlineNanos = new EnumMap<>(Timer.class);

  /** Starts or restarts a timer; a delay of 0 means never. */
  void set(Timer timer, long delayNanos, long nowNanos) {
    if (delayNanos > 0) {
      deadlineNanos.put(timer, nowNanos + delayNanos);
    }
  }

  void stop(Timer timer) {
    deadlineNanos.remove(timer);
  }

  void stopAll() {
    deadlineNanos.clear();
  }

  boolean isDue(Timer timer, long nowNanos) {
    Long deadline = deadlineNanos.get(timer);
    return deadline != null && Times.isDue(deadline, nowNanos);
  }

  /** Returns the earliest deadline, or {@link Long#MAX_VALUE} if no timer runs. */
  long nextNanos() {
    long next = Long.MAX_VALUE;
    for (long deadline : deadlineNanos.values()) {
      next = Times.earlier(next, deadline);
    }
    return next;
  }
}
