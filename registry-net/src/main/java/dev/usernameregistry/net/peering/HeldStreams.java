package dev.usernameregistry.net.peering;

import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What connected streams still need of this room until they end: a socket that was punched for one,
 * and the connection to the blind relay that one runs through, or ran until just now.
 *
 * <p>A relay ends both streams when it loses one side, so a connection to it is kept until the
 * stream runs directly and nothing has come over the relay for {@link #RELAY_SILENCE_NANOS}.
 */
final class HeldStreams {
  /** Three times the pause after which a secret stream sends a sign of life. */
  static final long RELAY_SILENCE_NANOS = 15_000_000_000L;

  private static final class Held {
    private final Joint joint;
    private int socket = -1;
    private @Nullable RelayPath relay;
    private @Nullable Alarm relayCheck;

    private Held(Joint joint) {
      this.joint = joint;
    }
  }

  private final DhtNode node;
  private final Alarms alarms;
  private final Map<Integer, Held> streams = new HashMap<>();

  HeldStreams(DhtNode node, Alarms alarms) {
    this.node = node;
    this.alarms = alarms;
  }

  int size() {
    return streams.size();
  }

  /** Has a punched socket closed when the stream ends. */
  void holdSocket(Joint joint, int socket) {
    hold(joint).socket = socket;
  }

  /** Has the connection to a relay closed when the stream ends or needs it no longer. */
  void holdRelay(Joint joint, RelayPath relay) {
    hold(joint).relay = relay;
  }

  private Held hold(Joint joint) {
    return streams.computeIfAbsent(joint.streamId(), id -> new Held(joint));
  }

  /** The stream that ran through a relay now runs directly, from {@code socket}. */
  void upgraded(Joint joint, int socket, long nowNanos) {
    Held held = streams.get(joint.streamId());
    if (held != null && joint.hearsRelay(socket)) {
      held.relayCheck = alarms.set(RELAY_SILENCE_NANOS, now -> checkRelay(held, now), nowNanos);
    }
  }

  /** A stream has ended. */
  void ended(int streamId, long nowNanos) {
    Held held = streams.remove(streamId);
    if (held == null) {
      return;
    }
    held.joint.ended(nowNanos);
    if (held.relayCheck != null) {
      alarms.stop(held.relayCheck);
    }
    if (held.relay != null) {
      held.relay.close(nowNanos);
    }
    if (held.socket >= 0) {
      node.closeSocket(held.socket);
    }
  }

  private void checkRelay(Held held, long nowNanos) {
    held.relayCheck = null;
    long leftNanos = held.joint.relayHeardNanos() + RELAY_SILENCE_NANOS - nowNanos;
    if (leftNanos > 0) {
      held.relayCheck = alarms.set(leftNanos, now -> checkRelay(held, now), nowNanos);
    } else if (held.relay != null) {
      held.relay.close(nowNanos);
      held.relay = null;
    }
  }
}
