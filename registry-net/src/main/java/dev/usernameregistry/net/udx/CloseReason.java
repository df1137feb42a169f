package dev.usernameregistry.net.udx;

/** Why a stream is closed. */
public enum CloseReason {
  /** Both sides ended and everything arrived. */
  ENDED,
  /** We destroyed it. */
  DESTROYED,
  /** The peer destroyed it; what it had sent may be lost in part. */
  RESET,
  /** The peer acknowledged nothing for so long that we gave up. */
  TIMED_OUT,
  /** It was one leg of a relay, and the other leg closed. */
  RELAY_CLOSED
}
