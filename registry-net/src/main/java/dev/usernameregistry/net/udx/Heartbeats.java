package dev.usernameregistry.net.udx;

/**
 * When a stream sends heartbeats: to ask a peer that had no room whether it has some again, and, if
 * its user wants it, to keep the way through a NAT open while there is nothing to send.
 */
final class Heartbeats {
  private final Timers timers;
  private final Outbound outbound;
  private final Outgoing outgoing;

  /** How long there must have been nothing to send; 0 to keep no way open. */
  private long keepAliveNanos;

  Heartbeats(Timers timers, Outbound outbound, Outgoing outgoing) {
    this.timers = timers;
    this.outbound = outbound;
    this.outgoing = outgoing;
  }

  /** Sends one whenever everything was acknowledged for so long; 0 turns that off. */
  void keepAlive(long intervalNanos) {
    keepAliveNanos = intervalNanos;
    timers.stop(Timer.KEEP_ALIVE);
  }

  /** Asks at once whether there is room if what was just queued is the first to find none. */
  void queued() {
    if (outbound.isBlockedByWindow() && !timers.isSet(Timer.WINDOW_PROBE)) {
      outgoing.oweHeartbeat();
    }
  }

  /** Starts and stops the timers of a connected stream as a change wants it. */
  void settle(long nowNanos) {
    if (keepAliveNanos > 0 && outbound.isIdle() && !timers.isSet(Timer.KEEP_ALIVE)) {
      timers.set(Timer.KEEP_ALIVE, nowNanos + keepAliveNanos);
    }
    if (!outbound.isBlockedByWindow()) {
      timers.stop(Timer.WINDOW_PROBE);
    } else if (!timers.isSet(Timer.WINDOW_PROBE)) {
      timers.set(Timer.WINDOW_PROBE, nowNanos + timeoutNanos());
    }
  }

  /** Acts on the timers; {@link #settle} comes after it. */
  void onTimeout(long nowNanos) {
    if (timers.take(Timer.WINDOW_PROBE, nowNanos) && outbound.isBlockedByWindow()) {
      outgoing.oweHeartbeat();
      timers.set(Timer.WINDOW_PROBE, nowNanos + 2 * timeoutNanos());
    }
    if (timers.take(Timer.KEEP_ALIVE, nowNanos)) {
      outgoing.oweHeartbeat();
    }
  }

  private long timeoutNanos() {
    return outbound.recovery().roundTrip().timeoutNanos();
  }
}
