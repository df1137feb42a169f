package dev.usernameregistry.net.swarm;

/** What a swarm has and has done. */
public record SwarmStatistics(Peers peers, Connections connections, Totals totals) {

  /**
   * Peers as of now.
   *
   * @param known peers remembered: queued, waiting, connected, or explicit
   * @param queued those that will be dialled as soon as the limits allow
   * @param waiting those that will be dialled again after a while
   * @param banned keys that are refused
   */
  public record Peers(int known, int queued, int waiting, int banned) {}

  /**
   * Connections as of now.
   *
   * @param dialling dials under way
   * @param outgoing open connections that we dialled
   * @param incoming open connections that peers dialled
   */
  public record Connections(int dialling, int outgoing, int incoming) {}

  /**
   * What happened since the start.
   *
   * @param dialled dials started
   * @param opened connections handed to the application
   * @param duplicates connections and dials ended in favour of another one to the same peer
   */
  public record Totals(long dialled, long opened, long duplicates) {}
}
