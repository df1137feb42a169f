package dev.usernameregistry.net.swarm;

/**
 * Limits of a swarm.
 *
 * @param connectionsMax connections, dials under way among them, from which on no more peers are
 *     dialled; explicit peers are
 * @param incomingMax connections that peers dialled, from which on handshakes are refused
 * @param dialsMax dials under way at a time
 */
public record SwarmOptions(int connectionsMax, int incomingMax, int dialsMax) {
  /**
   * The reference dials three at a time. To dial a peer whose machine is gone takes eight seconds,
   * and its announcement stays for up to 20 minutes: a few such peers would keep a newcomer from
   * all others for longer than a registration waits.
   */
  public static final int DIALS_MAX = 16;

  /** 64 connections, as the reference has; 256 incoming ones. */
  public static final SwarmOptions DEFAULT = new SwarmOptions(64, 256, DIALS_MAX);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, or nobody may be dialled
   */
  public SwarmOptions {
    if (connectionsMax < 0 || incomingMax < 0 || dialsMax < 1) {
      throw new IllegalArgumentException(
          "connections: " + connectionsMax + ", " + incomingMax + ", dials: " + dialsMax);
    }
  }
}
