package dev.usernameregistry.net.swarm;

/** Is told once that something has ended. */
@FunctionalInterface
public interface Done {
  /**
   * It has ended.
   *
   * @param complete whether it was carried through; false if leaving, suspending or destroying cut
   *     it short, or no node of the DHT answered
   */
  void done(boolean complete, long nowNanos);
}
