package dev.usernameregistry.net;

import dev.usernameregistry.crypto.Key;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link Swarm} stands at one moment.
 *
 * @param publicKey names this peer on the swarm
 * @param dhtAddress where this peer's DHT socket is bound
 * @param publicAddress where others see it; empty while that is not known or not one address
 * @param bootstrapped whether the DHT was asked about this peer's own place
 * @param nodes how many nodes of the DHT are known; 0 once bootstrapped: nobody there answers
 * @param reachability how others can reach this peer
 * @param suspended whether {@link Swarm#suspend} was called last
 * @param trouble why nobody is connected, or nobody new can be found or dialled; empty if that is
 *     well, too early to say, or not wanted while suspended
 * @param topics what was joined
 * @param connections peers that are connected
 * @param connecting peers that are being dialled
 * @param packetsSent datagrams sent since the start
 * @param packetsReceived datagrams received since the start
 */
public record SwarmStatus(
    Key publicKey,
    InetSocketAddress dhtAddress,
    Optional<InetSocketAddress> publicAddress,
    boolean bootstrapped,
    long nodes,
    Reachability reachability,
    boolean suspended,
    Optional<Trouble> trouble,
    List<TopicStatus> topics,
    long connections,
    long connecting,
    long packetsSent,
    long packetsReceived) {

  /** Copies {@code topics}. */
  public SwarmStatus {
    topics = List.copyOf(topics);
  }

  /** How others can reach a peer. */
  public enum Reachability {
    /** Too few nodes of the DHT have said how they see this peer. */
    UNKNOWN,
    /** Nothing is in the way: others can send to it at any time. */
    OPEN,
    /** Behind a gateway that shows one address to all; others get through after both sides send. */
    CONSISTENT,
    /** Behind a gateway that shows another port to each; reached by guessing, or by a relay. */
    RANDOM
  }

  /** What keeps a peer from having company, or more of it. It goes on trying in each case. */
  public enum Trouble {
    /**
     * No IPv4 address is known of the nodes through which the DHT is entered; their names are
     * looked up again every 10 seconds. Check how they are written, and the name service.
     */
    NO_ADDRESS,
    /**
     * No node of the DHT answers; at the start, none has in the first 2 seconds. Check that this
     * machine is online, that a node runs where one was named, and that UDP gets through.
     */
    NO_ANSWER,
    /**
     * Nobody else was found on the topics, and nobody has come. Check that the others join the same
     * topic in the same DHT.
     */
    NOBODY_FOUND,
    /**
     * Others were found on the topics, but none could be connected. They may have ended without
     * goodbye, which is noticed after 20 minutes, or be behind gateways: see {@link
     * Swarm#relayThrough}.
     */
    NOBODY_REACHED,
    /**
     * More peers were found on the topics than {@link Swarm#peersMax} lets this one dial. The
     * registries of those that do not dial it come over other peers that use this library, and are
     * missing here if no such peer knows them. Raise the number on every peer.
     */
    FULL
  }

  /**
   * One joined topic.
   *
   * @param topic its 32 bytes
   * @param announced whether this peer can be found there
   * @param refreshed whether a round of announcing and looking up was answered
   * @param peersFound how many others were found there so far
   */
  public record TopicStatus(Topic topic, boolean announced, boolean refreshed, long peersFound) {}
}
