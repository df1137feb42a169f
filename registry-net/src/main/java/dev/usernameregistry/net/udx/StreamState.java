package dev.usernameregistry.net.udx;

import java.util.Map;
import java.util.Set;

/** How far a {@link UdxStream} has come. */
public enum StreamState {
  /** The remote id and address are not known yet; nothing can be sent. */
  UNCONNECTED,
  /** Bytes flow both ways, or one way after one side has ended. */
  CONNECTED,
  /** Final; the id is free again. */
  CLOSED;

  private static final Map<StreamState, Set<StreamState>> NEXT =
      Map.of(
          UNCONNECTED, Set.of(CONNECTED, CLOSED),
          CONNECTED, Set.of(CLOSED),
          CLOSED, Set.of());

  StreamState to(StreamState next) {
    if (!NEXT.getOrDefault(this, Set.of()).contains(next)) {
      throw new AssertionError(this + " to " + next);
    }
    return next;
  }
}
