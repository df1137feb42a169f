package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers on a topic and replicates with each of them: the network of a registry whose peers
 * nobody needs to name. Peers are found through the DHT that Hyperswarm uses, dialled over UDP, by
 * way of a relay's introduction where a gateway is in between, and spoken with over encrypted
 * streams. Java and JavaScript peers alike are found, and find this one.
 *
 * <pre>{@code
 * UsernameRegistry.builder()
 *     .registeredBy("Alice")
 *     .network(Swarm.onTopic(Topic.of("example usernames")))
 *     .open();
 * }</pre>
 *
 * <p>Options are set before the registry is opened. From then on until the registry is closed,
 * topics can be joined and left, and {@link #status} tells how it stands. One swarm works for one
 * registry, which starts and closes it. Safe from any thread; what waits must not be called on the
 * network's own thread. Methods other than options and {@link #join} throw {@link
 * IllegalStateException} before the start; after the end they do nothing, and return false. A
 * timeout of zero or less does not wait, one above a year waits for a year; whoever is interrupted
 * gets false, and stays interrupted. What was asked for goes on after that.
 *
 * <p>Runs one thread for all connections, two that wait for the disk, and one while the names of
 * nodes are looked up, for which closing does not wait; all of them daemons whose names begin with
 * {@code registry-net}. Binds two UDP sockets, and more for the moments in which a gateway is
 * opened.
 */
public final class Swarm implements LogNetwork {
  /** Most topics joined at a time. */
  public static final int TOPICS_MAX = 1024;

  /** Most peers that are kept connected with unless told. */
  public static final int PEERS_MAX_DEFAULT = 64;

  private static final int TOPICS_SHOWN_MAX = 4;

  private final Map<Topic, Role> topics = new LinkedHashMap<>();
  private final List<InetSocketAddress> bootstrap = new ArrayList<>();
  private @Nullable String host;
  private int port = SwarmOptions.PORT_DEFAULT;
  private int peersMax = PEERS_MAX_DEFAULT;
  private Predicate<Key> firewall = peer -> false;
  private @Nullable Key relay;
  private boolean localConnections = true;
  private @Nullable RunningSwarm running;

  private Swarm(Topic topic) {
    topics.put(topic, Role.BOTH);
  }

  /** What a peer does on a topic. */
  public enum Role {
    /** It is announced, and looks for others. */
    BOTH,
    /** It is announced, and waits for others to dial it. */
    SERVER,
    /** It is not announced, and dials those who are. */
    CLIENT
  }

  /** Returns a swarm that will join {@code topic}, over the public DHT unless told otherwise. */
  public static Swarm onTopic(Topic topic) {
    return new Swarm(topic);
  }

  /**
   * Adds a node through which the DHT is entered; the public ones are not used then. If all of them
   * are on loopback, so is this swarm unless {@link #host} says otherwise.
   *
   * @param host a name or an IPv4 address
   * @throws IllegalArgumentException if the port is not between 1 and 65535, or {@code host} is an
   *     IPv6 address: the DHT is IPv4 only
   * @throws IllegalStateException if the swarm was started
   */
  public Swarm bootstrap(String host, int port) {
    new Address(host, port); // which says what is wrong
    return bootstrap(InetSocketAddress.createUnresolved(host, port));
  }

  /** Adds a node through which the DHT is entered; see {@link #bootstrap(String, int)}. */
  public synchronized Swarm bootstrap(InetSocketAddress node) {
    requireNotStarted();
    new Address(node.getHostString(), node.getPort());
    if (node.getHostString().contains(":")) {
      throw new IllegalArgumentException(
          "the DHT is IPv4 only: a name or an IPv4 address is needed, got " + node.getHostString());
    }
    if (node.getPort() == 0) {
      throw new IllegalArgumentException("port 0 is no bootstrap node's: it is from 1 to 65535");
    }
    bootstrap.add(node);
    return this;
  }

  /**
   * Sets which address of this machine the sockets are bound to. Default: all of them, or loopback
   * if every bootstrap node is there. One that is not this machine's lets opening the registry
   * fail.
   *
   * @param host a name or an IPv4 address
   * @throws IllegalArgumentException if {@code host} is blank
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm host(String host) {
    requireNotStarted();
    this.host = new Address(host, 0).host();
    return this;
  }

  /**
   * Sets the UDP port that is tried first; the four behind it and then any free one come next.
   * Default: 49737, as Hyperswarm has it. 0 is any free one.
   *
   * @throws IllegalArgumentException if the port is not between 0 and 65535
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm port(int port) {
    requireNotStarted();
    this.port = new Address("localhost", port).port();
    return this;
  }

  /**
   * Sets from how many connections on no more peers are dialled; a quarter of them is for those
   * that are dialled from here, however many dial this one. Those are taken in beyond it, up to
   * four times as many, and of these a quarter from one host, but at least eight. On a topic with
   * more peers some never meet; {@link SwarmStatus.Trouble#FULL} says so. Those of this library
   * have each other's names all the same, if other such peers connect them, see {@code
   * RegistryBuilder.introductions}. Default: {@value #PEERS_MAX_DEFAULT}.
   *
   * @throws IllegalArgumentException if it is not between 1 and 10,000
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm peersMax(int peers) {
    requireNotStarted();
    if (peers < 1 || peers > 10_000) {
      throw new IllegalArgumentException("peersMax is " + peers + ", not between 1 and 10000");
    }
    peersMax = peers;
    return this;
  }

  /**
   * Sets which peers are refused, by the public key that names them on the swarm. Asked on the
   * network's thread before dialling and when dialled, so it must return at once, and not close the
   * registry. A refused peer gets no answer, and is banned; so is one for which it throws an
   * exception.
   *
   * @param firewall returns true to refuse
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm firewall(Predicate<Key> firewall) {
    requireNotStarted();
    this.firewall = Objects.requireNonNull(firewall, "firewall");
    return this;
  }

  /**
   * Sets a relay server that carries connections where no gateway can be opened. Default: none;
   * relays see no plaintext. While this computer's own gateway shows everyone another port, every
   * peer that dials or is dialled is proposed the relay; else one that could not be reached is when
   * it is dialled again.
   *
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm relayThrough(Key relay) {
    requireNotStarted();
    this.relay = relay;
    return this;
  }

  /**
   * Sets whether peers behind the same public address are reached by their local one. Default: yes.
   * Local addresses are then told to peers that dial this one.
   *
   * @throws IllegalStateException if the swarm was started
   */
  public synchronized Swarm localConnections(boolean allowed) {
    requireNotStarted();
    localConnections = allowed;
    return this;
  }

  /**
   * {@inheritDoc} Binds the sockets; does not wait for the DHT.
   *
   * @throws IllegalStateException if it was started before
   */
  @Override
  public synchronized Running start(NetworkHost host) throws IOException {
    requireNotStarted();
    SwarmOptions options =
        new SwarmOptions(
            Map.copyOf(topics),
            List.copyOf(bootstrap),
            Optional.ofNullable(this.host),
            port,
            peersMax,
            firewall,
            Optional.ofNullable(relay),
            localConnections);
    running = RunningSwarm.start(host, options);
    return running;
  }

  /**
   * Joins a topic, or changes what this peer does on it. Returns at once; before the start too.
   *
   * @throws IllegalStateException if there are {@value #TOPICS_MAX} other topics
   */
  public synchronized Swarm join(Topic topic, Role role) {
    if (!topics.containsKey(topic) && topics.size() >= TOPICS_MAX) {
      throw new IllegalStateException("more than " + TOPICS_MAX + " topics");
    }
    topics.put(topic, role);
    if (running != null) {
      running.join(topic, role);
    }
    return this;
  }

  /**
   * Leaves a topic, and waits until this peer is not announced there any more, or for at most
   * {@code timeout}. Connections stay.
   *
   * @return whether nodes were asked to tell others no more of this peer; false when time was up,
   *     or no node answered and they go on until the announcement expires, after 27 minutes at most
   */
  public boolean leave(Topic topic, Duration timeout) {
    RunningSwarm joined = running();
    synchronized (this) {
      topics.remove(topic);
    }
    return joined.leave(topic, timeout);
  }

  /**
   * Waits until the first round of announcing and looking up is done on every topic, and everyone
   * found in it was dialled once, or for at most {@code timeout}. Those who could be connected are
   * then among the registry's peers. Two that start at the same moment may not find each other in
   * it, but a little later: {@link dev.usernameregistry.UsernameRegistry#awaitPeers} waits for
   * company. While no node of the DHT answers it goes on waiting, as one may soon.
   *
   * @return whether that is done; false when time was up, or the swarm was suspended or closed
   */
  public boolean flush(Duration timeout) {
    return running().flush(timeout);
  }

  /**
   * Ends the connection with a peer, and never has one again, until this swarm is closed. Returns
   * at once.
   */
  public void ban(Key peer) {
    running().ban(peer);
  }

  /**
   * Keeps a connection with one peer, by its key, also without a common topic: dials it again and
   * again, beyond {@link #peersMax}, until {@link #leavePeer}. Returns at once.
   */
  public void joinPeer(Key peer) {
    running().joinPeer(peer);
  }

  /** Undoes {@link #joinPeer}; a connection stays. Returns at once. */
  public void leavePeer(Key peer) {
    running().leavePeer(peer);
  }

  /**
   * Ends all connections and all traffic, for a machine that goes to sleep, and waits until this
   * peer is not announced any more, or for at most {@code timeout}.
   *
   * @return whether all is quiet; false when time was up, and then all is quiet too but not
   *     unannounced everywhere
   */
  public boolean suspend(Duration timeout) {
    return running().suspend(timeout);
  }

  /** Undoes {@link #suspend}; returns at once. */
  public void resume() {
    running().resume();
  }

  /**
   * Returns how this swarm stands; once it is closed, how it stood then. Waits for the network's
   * own thread, which waits for nothing.
   *
   * @throws IllegalStateException before the registry is opened
   */
  public SwarmStatus status() {
    return running().status();
  }

  /** Returns the first digits of its first topics: whoever knew all of them could join. */
  @Override
  public synchronized String toString() {
    if (topics.isEmpty()) {
      return "Swarm[no topics]";
    }
    String shown =
        topics.keySet().stream()
            .limit(TOPICS_SHOWN_MAX)
            .map(topic -> topic.key().shortHex())
            .collect(Collectors.joining(", "));
    int more = topics.size() - TOPICS_SHOWN_MAX;
    return "Swarm[topics " + shown + (more > 0 ? " and " + more + " more]" : "]");
  }

  private synchronized RunningSwarm running() {
    if (running == null) {
      throw new IllegalStateException("this swarm has not started: open a registry with it first");
    }
    return running;
  }

  private void requireNotStarted() {
    if (running != null) {
      throw new IllegalStateException("this swarm was started before; make one for each registry");
    }
  }
}
