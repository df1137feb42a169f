package dev.usernameregistry.net.punch;

import java.util.Map;
import java.util.Set;

/** What a {@link ClientPunch} waits for. */
enum ClientState {
  /** Nothing: it has not been started. */
  NEW,
  /** The answer of the probe round. */
  PROBING,
  /** Time for the server, which does not know its NAT yet. */
  PAUSED,
  /** The verdict on our own NAT. */
  ANALYZING,
  /** The answer to the word that we shall punch later. */
  DELAYING,
  /** A place in the budget, ours or the server's. */
  LATER,
  /** The answer of the punch round. */
  OFFERING,
  /** A probe of the server. */
  PUNCHING,
  /** The answer to the word that we give up. */
  ABORTING,
  /** Nothing more. */
  DONE;

  private static final Map<ClientState, Set<ClientState>> NEXT =
      Map.ofEntries(
          Map.entry(NEW, Set.of(PROBING, DONE)),
          Map.entry(PROBING, Set.of(PAUSED, ANALYZING, DONE)),
          Map.entry(PAUSED, Set.of(ANALYZING, DONE)),
          Map.entry(ANALYZING, Set.of(PROBING, DELAYING, OFFERING, ABORTING, DONE)),
          Map.entry(DELAYING, Set.of(LATER, DONE)),
          Map.entry(LATER, Set.of(LATER, OFFERING, DONE)),
          Map.entry(OFFERING, Set.of(LATER, PUNCHING, DONE)),
          Map.entry(PUNCHING, Set.of(DONE)),
          Map.entry(ABORTING, Set.of(DONE)),
          Map.entry(DONE, Set.of()));

  ClientState to(ClientState next) {
    if (!NEXT.getOrDefault(this, Set.of()).contains(next)) {
      throw new AssertionError(this + " to " + next);
    }
    return next;
  }
}
