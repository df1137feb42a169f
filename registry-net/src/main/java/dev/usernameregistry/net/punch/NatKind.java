package dev.usernameregistry.net.punch;

/** How the outside sees one of our sockets, or one of the peer's. Sent as its {@link #code}. */
public enum NatKind {
  /** Too little is known. */
  UNKNOWN,
  /** Anybody can send to the socket. */
  OPEN,
  /** Everybody sees the socket under the same host and port. */
  CONSISTENT,
  /** Everybody sees the socket under another port. */
  RANDOM;

  /** Returns the number that stands for this kind in a message. */
  public int code() {
    return ordinal();
  }

  /** Returns the kind that {@code code} stands for; what is above the last one is as bad as it. */
  public static NatKind of(long code) {
    return code >= RANDOM.ordinal() ? RANDOM : values()[(int) code];
  }

  /** Returns whether one address leads to the socket, whoever sends. */
  public boolean isStable() {
    return this == OPEN || this == CONSISTENT;
  }
}
