package dev.usernameregistry.net.swarm;

/**
 * What to do on a topic.
 *
 * @param server whether to announce ourselves, so that others dial us
 * @param client whether to look others up and dial them
 */
public record JoinOptions(boolean server, boolean client) {
  /** Announces and looks up. */
  public static final JoinOptions DEFAULT = new JoinOptions(true, true);

  /** Only announces. */
  public static final JoinOptions SERVER = new JoinOptions(true, false);

  /** Only looks up. */
  public static final JoinOptions CLIENT = new JoinOptions(false, true);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if it is neither server nor client
   */
  public JoinOptions {
    if (!server && !client) {
      throw new IllegalArgumentException("neither server nor client");
    }
  }
}
