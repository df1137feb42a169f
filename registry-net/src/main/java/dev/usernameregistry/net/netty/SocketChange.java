package dev.usernameregistry.net.netty;

/**
 * A socket that a machine wants opened or closed.
 *
 * @param socket its number, which the machine chooses and never uses again
 */
public record SocketChange(Kind kind, int socket) {

  /** What is to be done with the socket. */
  public enum Kind {
    /** Bind it to a free port of the host that the first socket is bound to. */
    OPEN,
    /** Close it; nothing is received on it any more. */
    CLOSE
  }

  /** A new socket on a free port. */
  public static SocketChange open(int socket) {
    return new SocketChange(Kind.OPEN, socket);
  }

  /** The end of a socket. */
  public static SocketChange close(int socket) {
    return new SocketChange(Kind.CLOSE, socket);
  }
}
