package dev.usernameregistry.net.swarm;

/**
 * Which of the queued peers is dialled first. The number of each in the reference is its ordinal
 * plus one: zero there means never.
 */
enum Priority {
  /** Failed three times. */
  LOW,
  /** Not tried yet. */
  NORMAL,
  /** Failed twice, or was lost and failed once. */
  HIGH,
  /** Failed or was lost once. */
  VERY_HIGH
}
