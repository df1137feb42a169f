package dev.usernameregistry.net.swarm;

/**
 * Limits of a swarm.
 *
 * @param connectionsMax connections, dials under way among them, from which on no more peers are
 *     dialled; explicit peers are
 * @param incomingMax connections that peers dialled, from which on handshakes are refused
 * @param dialsMax dials under way at a time
 * @param retries how long to wait before a peer is dialled again
 */
public record SwarmOptions(int connectionsMax, int incomingMax, int dialsMax, RetryDelays retries) {
  /** 64 connections and 3 dials at a time, as the reference has; 256 incoming connections. */
  public static final SwarmOptions DEFAULT = new SwarmOptions(64, 256, 3, RetryDelays.DEFAULT);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, or nothing could ever be dialled
   */
  public SwarmOptions {
    if (connectionsMax < 0 || incomingMax < 0) {
      throw new IllegalArgumentException("a negative number of connections");
    }
    if (dialsMax < 1) {
      throw new IllegalArgumentException(dialsMax + " dials at a time");
    }
  }
}
