package dev.usernameregistry.net.noise;

/** What can wake a stream. */
enum Timer {
  /** When the handshake has taken too long. */
  HANDSHAKE,
  /** When nothing was written for so long that the peer may think we are gone. */
  KEEP_ALIVE,
  /** When nothing was received for so long that we think the peer is gone. */
  IDLE
}
