package dev.usernameregistry.net.netty;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one scheduled wake-up of a machine. A deadline that moves further away costs nothing: the
 * wake-up then comes early, which is harmless, and is set anew. Event loop only.
 */
final class Wakeup {
  private final ScheduledExecutorService loop;
  private final Runnable action;
  private @Nullable ScheduledFuture<?> scheduled;
  private long scheduledNanos;

  Wakeup(ScheduledExecutorService loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** Sees to it that the action runs at {@code atNanos} or before; {@code MAX_VALUE} is never. */
  void set(long atNanos, long nowNanos) {
    if (atNanos == Long.MAX_VALUE || (scheduled != null && scheduledNanos - atNanos <= 0)) {
      return;
    }
    cancel();
    scheduledNanos = atNanos;
    long delay = Math.max(0, atNanos - nowNanos);
    scheduled = loop.schedule(this::fire, delay, TimeUnit.NANOSECONDS);
  }

  void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }

  private void fire() {
    scheduled = null;
    action.run();
  }
}
