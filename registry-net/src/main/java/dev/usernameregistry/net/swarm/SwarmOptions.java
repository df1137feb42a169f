package dev.usernameregistry.net.swarm;

/**
 * Limits of a swarm.
 *
 * @param connectionsMax connections, dials under way among them, from which on no more peers are
 *     dialled; explicit peers are
 * @param incomingMax connections that peers dialled, from which on handshakes are refused
 */
public record SwarmOptions(int connectionsMax, int incomingMax) {
  /** 64 connections, as the reference has; 256 incoming ones. */
  public static final SwarmOptions DEFAULT = new SwarmOptions(64, 256);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public SwarmOptions {
    if (connectionsMax < 0 || incomingMax < 0) {
      throw new IllegalArgumentException("a negative number of connections");
    }
  }
}
