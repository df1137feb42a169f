package dev.usernameregistry.net.noise;

import java.util.Map;
import java.util.Set;

/** How far a {@link SecretStream} has come. */
public enum StreamState {
  /** Noise messages are under way; nothing can be sent yet. */
  HANDSHAKE,
  /** Both keys are known and our header is out, the peer's is awaited; messages may be sent. */
  HEADER,
  /** Messages flow both ways. */
  OPEN,
  /** Final: the peer was at fault or too late. */
  CLOSED;

  private static final Map<StreamState, Set<StreamState>> NEXT =
      Map.of(
          HANDSHAKE, Set.of(HEADER, CLOSED),
          HEADER, Set.of(OPEN, CLOSED),
          OPEN, Set.of(CLOSED),
          CLOSED, Set.of());

  StreamState to(StreamState next) {
    if (!NEXT.getOrDefault(this, Set.of()).contains(next)) {
      throw new AssertionError(this + " to " + next);
    }
    return next;
  }
}
