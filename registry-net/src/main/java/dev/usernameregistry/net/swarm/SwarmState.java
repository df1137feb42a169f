package dev.usernameregistry.net.swarm;

import java.util.Map;
import java.util.Set;

/** How far a swarm has come. */
enum SwarmState {
  /** Topics are refreshed, peers dialled, connections taken in. */
  RUNNING,
  /** Announcements are taken back and connections end. */
  SUSPENDING,
  /** Nothing happens until it is resumed. */
  SUSPENDED,
  /** As when suspending, but for good. */
  DESTROYING,
  /** Final. */
  DESTROYED;

  private static final Map<SwarmState, Set<SwarmState>> NEXT =
      Map.of(
          RUNNING, Set.of(SUSPENDING, DESTROYING),
          SUSPENDING, Set.of(SUSPENDED, DESTROYING),
          SUSPENDED, Set.of(RUNNING, DESTROYING),
          DESTROYING, Set.of(DESTROYED),
          DESTROYED, Set.of());

  SwarmState to(SwarmState next) {
    if (!NEXT.getOrDefault(this, Set.of()).contains(next)) {
      throw new IllegalStateException(this + " to " + next);
    }
    return next;
  }
}
