package dev.usernameregistry.net.punch;

/** What can wake a punch. */
enum Timer {
  /** When the next probe is due. */
  PROBE,
  /** When a pause that gives the peer time is over. */
  PAUSE,
  /** When the peer has taken too long to go on. */
  EXPIRY
}
