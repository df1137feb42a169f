package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.util.List;

/**
 * How a registry reaches its peers. Implemented by the network modules, called by {@code
 * UsernameRegistry}; an application only chooses one.
 */
public interface LogNetwork {

  /**
   * Starts to listen and to connect on behalf of {@code host}. Called once, by the registry that
   * owns this network from then on.
   *
   * @throws IOException if an address cannot be listened on; nothing is left running then
   */
  Running start(NetworkHost host) throws IOException;

  /** A network at work. Safe from any thread. */
  interface Running extends AutoCloseable {

    /**
     * Offers one more log to all present and future peers, and fetches all of its blocks, as long
     * as it {@link Log#hasRoom}. If it throws, the log is not replicated. Of one that is replicated
     * it is asked again whether it {@link NetworkHost#isOnlyIntroduced}.
     */
    void replicate(Log log);

    /**
     * Stops fetching and serving a log. Does nothing for a log that is not replicated. If it
     * throws, the log is replicated as before.
     */
    void forget(Log log);

    /**
     * A registry that was introduced, and of which it was said that it would be replicated, is not
     * after all, because this machine failed or there is no room. Nothing is awaited of it.
     */
    default void notReplicated(Key registryKey) {}

    /** Returns all connected peers, as they are now. */
    List<PeerState> peers();

    /**
     * Returns whether this network has just been started and is still looking for its first peers,
     * or is about to be connected with some that it found. Whoever was found is told to {@link
     * NetworkHost#peersChanged} before this is false, and that it is so is told once more;
     * registering waits for it, but not for ever.
     */
    default boolean looking() {
      return false;
    }

    /** Returns where others can reach this peer, as "host:port"; empty if it does not listen. */
    List<String> listening();

    /**
     * Ends all connections, and returns when every thread and socket of this network is gone. No
     * method of the host is called afterwards. Closing twice is harmless.
     */
    @Override
    void close();
  }
}
