package dev.usernameregistry.net.swarm;

/** Which of the queued peers is dialled first, in this order; but see {@link Peer#turn}. */
enum Priority {
  /** Failed or was lost once. */
  VERY_HIGH(4),
  /** Failed or was lost twice. */
  HIGH(3),
  /** Was not tried yet. */
  NORMAL(2),
  /** Failed or was lost three times. */
  LOW(1);

  /** What the reference calls it; its 0 means never. */
  final int number;

  Priority(int number) {
    this.number = number;
  }
}
