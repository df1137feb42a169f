package dev.usernameregistry.net.punch;

/** How the outside sees one of our sockets, or one of the peer's. Sent as its {@link #code}. */
public enum NatKind {
  /** Too little is known. */
  UNKNOWN(0),
  /** Anybody can send to the socket. */
  OPEN(1),
  /** Everybody sees the socket under the same host and port. */
  CONSISTENT(2),
  /** Everybody sees the socket under another port. */
  RANDOM(3);

  private final int code;

  NatKind(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this kind in a message. */
  public int code() {
    return code;
  }

  /** Returns the kind that {@code code} stands for; what is above the last one is as bad as it. */
  public static NatKind of(long code) {
    for (NatKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return RANDOM;
  }

  /** Returns whether one address leads to the socket, whoever sends. */
  public boolean isStable() {
    return this == OPEN || this == CONSISTENT;
  }
}
