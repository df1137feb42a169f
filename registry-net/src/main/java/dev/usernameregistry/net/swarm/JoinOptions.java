package dev.usernameregistry.net.swarm;

/**
 * What to do on a topic.
 *
 * @param server whether to announce ourselves, so that others dial us
 * @param client whether to look others up and dial them
 * @param limit how many peers of the topic to take at most; {@link Integer#MAX_VALUE} for all
 */
public record JoinOptions(boolean server, boolean client, int limit) {
  /** Announces and looks up, and takes all peers. */
  public static final JoinOptions DEFAULT = new JoinOptions(true, true, Integer.MAX_VALUE);

  /** Only announces. */
  public static final JoinOptions SERVER = new JoinOptions(true, false, Integer.MAX_VALUE);

  /** Only looks up. */
  public static final JoinOptions CLIENT = new JoinOptions(false, true, Integer.MAX_VALUE);

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if it is neither server nor client, or the limit is negative
   */
  public JoinOptions {
    if (!server && !client) {
      throw new IllegalArgumentException("neither server nor client");
    }
    if (limit < 0) {
      throw new IllegalArgumentException("a limit of " + limit + " peers");
    }
  }
}
