package dev.usernameregistry.net.peering;

import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import dev.usernameregistry.net.peering.Joint.Way;
import org.jspecify.annotations.Nullable;

/**
 * Makes a peer speak that waits for us to speak first: sends empty packets to its stream, {@value
 * #COUNT} at most. The first that arrives has the peer's stream connect and send, which the hook of
 * ours hears.
 *
 * <p>Only the peer itself has a stream of that id. Whoever else a lie names gets no more than these
 * packets, which are shorter together than the shortest first message of a handshake.
 */
final class Knocks {
  static final int COUNT = 3;

  private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;

  private final PeeringContext context;
  private final Way way;
  private final int remoteId;
  private int left = COUNT;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private @Nullable Alarm alarm;

  /**
   * Knocks for the first time.
   *
   * @param remoteId the peer's stream
   */
  Knocks(PeeringContext context, Way way, int remoteId, long nowNanos) {
    this.context = context;
    this.way = way;
    this.remoteId = remoteId;
    knock(nowNanos);
  }

  private void knock(long nowNanos) {
    byte[] packet = context.knock().apply(remoteId);
    context.node().send(way.socket(), way.remote(), packet, Outgoing.TTL);
    left--;
    alarm = left == 0 ? null : context.alarms().set(pauseNanos, this::knock, nowNanos);
    pauseNanos *= 2;
  }

  /** Does not knock again. */
  void stop() {
    if (alarm != null) {
      context.alarms().stop(alarm);
      alarm = null;
    }
  }
}
