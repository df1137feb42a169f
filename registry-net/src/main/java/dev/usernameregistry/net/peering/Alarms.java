package dev.usernameregistry.net.peering;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/**
 * What has to happen later. Whoever sets an alarm keeps it, so that it can be stopped; so there are
 * never more alarms than handshakes and dials have timers.
 */
final class Alarms {
  /** Something that happens at a time, once, unless it is stopped before. */
  static final class Alarm {
    private final long atNanos;
    private final long order;
    private final LongConsumer action;

    private Alarm(long atNanos, long order, LongConsumer action) {
      this.atNanos = atNanos;
      this.order = order;
      this.action = action;
    }
  }

  /** Differences are compared, because the clock may wrap around. */
  private static final Comparator<Alarm> SOONEST_FIRST =
      (a, b) ->
          a.atNanos != b.atNanos
              ? Long.signum(a.atNanos - b.atNanos)
              : Long.compare(a.order, b.order);

  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(SOONEST_FIRST);
  private long count;

  /** Calls {@code action} with the time then, {@code delayNanos} from now. */
  Alarm set(long delayNanos, LongConsumer action, long nowNanos) {
    Alarm alarm = new Alarm(nowNanos + delayNanos, count++, action);
    alarms.add(alarm);
    return alarm;
  }

  /** Does nothing if the alarm has already gone off or been stopped. */
  void stop(Alarm alarm) {
    alarms.remove(alarm);
  }

  /** Runs everything that is due. */
  void run(long nowNanos) {
    for (Alarm next; (next = alarms.peek()) != null && next.atNanos - nowNanos <= 0; ) {
      alarms.remove(next);
      next.action.accept(nowNanos);
    }
  }

  /** Returns when {@link #run} is wanted, or {@link Long#MAX_VALUE} for never. */
  long nextNanos() {
    Alarm next = alarms.peek();
    return next == null ? Long.MAX_VALUE : next.atNanos;
  }
}
