package dev.usernameregistry.net;

import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtListener;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.peering.PeeringOptions;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.net.swarm.Done;
import dev.usernameregistry.net.swarm.JoinOptions;
import dev.usernameregistry.net.swarm.Link;
import dev.usernameregistry.net.swarm.SwarmPolicy;
import dev.usernameregistry.net.swarm.SwarmPorts;
import dev.usernameregistry.net.swarm.TopicSession;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One registry's peer in a swarm, without sockets, threads or clocks: joins the policy of topics
 * with a node that finds and dials, and with what is shared over the connections. Loop only.
 */
final class SwarmPeer implements DatagramMachine, DhtListener, Carriers.StreamListener {
  /**
   * Where the sockets are.
   *
   * @param host what both sockets are bound to
   * @param server the port of the server socket
   * @param client the port of the client socket
   * @param localHosts as of {@link PeeringOptions}
   */
  record Places(String host, int server, int client, Supplier<List<Integer>> localHosts) {}

  private final Places places;
  private final Key publicKey;
  private final Node node;
  private final Sharing sharing;
  private final Loop loop;
  private final KeyReception reception;
  private final SwarmPolicy policy;
  private final Map<Topic, TopicSession> sessions = new LinkedHashMap<>();

  /** By local stream id. */
  private final Map<Integer, SwarmLink> links = new HashMap<>();

  /** Streams, by local id, whose first packet has not come. */
  private final Set<Integer> unproven = new HashSet<>();

  /** What was asked for before this peer knew its place in the DHT, in order. */
  private final List<Early> early = new ArrayList<>();

  private boolean ready;
  private boolean suspended;

  SwarmPeer(
      NetworkHost host,
      SwarmOptions options,
      Places places,
      Sharing sharing,
      Loop loop,
      SecureRandom random,
      InstantSource clock) {
    this.places = places;
    this.sharing = sharing;
    this.loop = loop;
    KeyPair identity = host.identity();
    publicKey = identity.publicKey();
    node =
        new Node(
            DhtOptions.joining(List.of()),
            new PeeringOptions(places.localHosts()),
            identity,
            random,
            clock,
            loop.nowNanos());
    reception =
        new KeyReception(node, identity, options, this::refuses, this::accepted);
    SwarmPorts ports =
        new SwarmPorts(
            new TopicDiscovery(node.announcements(), identity, reception::relayAddresses),
            new PeerDialler(node, identity, options, this::link),
            reception);
    policy =
        new SwarmPolicy(
            identity.publicKey(), options.policy(), options.firewall()::test, ports, random);
    node.carriers().listen(this);
    node.dht().addListener(this);
    options.topics().forEach((topic, role) -> join(topic, role, loop.nowNanos()));
  }

  /** Something to do as soon as this peer knows its place in the DHT. */
  private interface Early {
    void run(long nowNanos);
  }

  Node node() {
    return node;
  }

  SwarmPolicy policy() {
    return policy;
  }

  Key publicKey() {
    return publicKey;
  }

  Carriers carriers() {
    return node.carriers();
  }

  /** Returns how this peer stands. */
  SwarmStatus status() {
    return StatusReport.of(this, places, sessions, suspended);
  }

  /** Enters the DHT by way of {@code nodes}. */
  void enter(List<Ipv4Address> nodes, long nowNanos) {
    node.dht().bootstrapWith(nodes);
    node.dht().start(places.server(), places.client(), nowNanos);
  }

  /** Joins a topic, or changes what this peer does on it. */
  void join(Topic topic, Swarm.Role role, long nowNanos) {
    whenReady(now -> joinNow(topic, role, now), nowNanos);
  }

  private void joinNow(Topic topic, Swarm.Role role, long nowNanos) {
    TopicSession session = sessions.get(topic);
    if (session == null) {
      sessions.put(topic, policy.join(topic.key(), options(role), nowNanos));
    } else {
      session.change(options(role), nowNanos);
    }
  }

  /** Leaves a topic; {@code done} when this peer is not announced there any more. */
  void leave(Topic topic, Done done, long nowNanos) {
    whenReady(
        now -> {
          sessions.remove(topic);
          policy.leave(topic.key(), done, now);
        },
        nowNanos);
  }

  /** Tells {@code done} when all topics were looked up once, and everyone found was dialled. */
  void flush(Done done, long nowNanos) {
    whenReady(now -> policy.flush(done, now), nowNanos);
  }

  private void whenReady(Early task, long nowNanos) {
    if (ready) {
      task.run(nowNanos);
    } else {
      early.add(task);
    }
  }

  void ban(Key peer, long nowNanos) {
    policy.ban(peer, nowNanos);
    for (SwarmLink link : List.copyOf(links.values())) {
      if (link.remoteKey().equals(peer)) {
        link.destroy(Link.Reason.REFUSED, nowNanos);
      }
    }
  }

  void suspend(Done done, long nowNanos) {
    suspended = true;
    policy.suspend(
        (complete, now) -> {
          if (suspended) {
            node.dht().suspend(now);
          }
          done.done(complete, now);
        },
        nowNanos);
  }

  void resume(long nowNanos) {
    if (suspended) {
      suspended = false;
      node.dht().resume(nowNanos);
      policy.resume(nowNanos);
    }
  }

  /**
   * Leaves all topics and ends all connections; {@code done} when nothing is left of them. Where
   * nobody answers, announcements are left to expire.
   */
  void leaveAll(Done done, long nowNanos) {
    boolean inVain = !ready || suspended || !node.dht().isOnline();
    policy.destroy(inVain, done, nowNanos);
    for (SwarmLink link : List.copyOf(links.values())) {
      link.destroy(Link.Reason.DESTROYED, nowNanos);
    }
  }

  /** Ends what is left of streams. */
  void end(long nowNanos) {
    node.carriers().destroyAll(nowNanos);
  }

  private static JoinOptions options(Swarm.Role role) {
    return switch (role) {
      case BOTH -> JoinOptions.DEFAULT;
      case SERVER -> JoinOptions.SERVER;
      case CLIENT -> JoinOptions.CLIENT;
    };
  }

  @Override
  public void changed(Event event, long nowNanos) {
    switch (event) {
      case BOOTSTRAPPED -> begin(nowNanos);
      case ADDRESS_CHANGED, REACHABLE, WOKE_UP, ONLINE -> {
        reception.refresh(nowNanos);
        policy.networkChanged(nowNanos);
      }
      case PERSISTENT, EPHEMERAL, OFFLINE -> {
        // what others have to know to reach this peer stays the same
      }
    }
  }

  private void begin(long nowNanos) {
    if (!ready) {
      ready = true;
      List<Early> tasks = List.copyOf(early);
      early.clear();
      tasks.forEach(task -> task.run(nowNanos));
    }
  }

  private boolean refuses(Key peer) {
    return policy.refuses(peer);
  }

  /**
   * A peer has dialled this one. Its handshake may be a stranger's repetition of an old one; that
   * it is not is shown by the first packet for the stream, whose number only the peer can read. So
   * the connection counts only from then on.
   */
  private void accepted(Peered peered, long nowNanos) {
    if (link(peered, nowNanos) != null) {
      unproven.add(peered.streamId());
    }
  }

  @Override
  public void heard(int streamId, long nowNanos) {
    SwarmLink link = links.get(streamId);
    if (unproven.remove(streamId) && link != null) {
      policy.accepted(link, nowNanos);
    }
  }

  /** Makes a connection of a stream, and says its header; null if there are too many. */
  private @Nullable SwarmLink link(Peered peered, long nowNanos) {
    int streamId = peered.streamId();
    Connection connection =
        sharing.established(
            peered.keys(),
            peered.remote().toString(),
            () -> carriers().wake(streamId, loop.nowNanos()),
            (how, wasConnected) -> ended(streamId, how),
            nowNanos);
    if (connection == null) {
      carriers().destroy(streamId, nowNanos);
      return null;
    }
    SwarmLink link = new SwarmLink(this, peered, connection);
    links.put(streamId, link);
    carriers().carry(streamId, connection, nowNanos);
    return link;
  }

  /** A peer that broke a protocol is not waited for. */
  private void ended(int streamId, Connection.End how) {
    if (how == Connection.End.FAULT || how == Connection.End.SELF) {
      carriers().destroy(streamId, loop.nowNanos());
    }
  }

  /** Does what follows from a change of connections. */
  void settle(long nowNanos) {
    sharing.settle(nowNanos);
  }

  @Override
  public void ended(int streamId, long nowNanos) {
    node.peering().streamEnded(streamId, nowNanos);
    SwarmLink link = links.remove(streamId);
    boolean counted = !unproven.remove(streamId);
    if (link != null && counted) {
      policy.closed(link, nowNanos);
    }
  }

  @Override
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    node.receive(socket, from, datagram, nowNanos);
  }

  @Override
  public @Nullable SocketChange nextSocketChange(long nowNanos) {
    return node.nextSocketChange(nowNanos);
  }

  @Override
  public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
    return node.next(out, nowNanos);
  }

  @Override
  public void onTimeout(long nowNanos) {
    node.onTimeout(nowNanos);
    policy.onTimeout(nowNanos);
    carriers().settle(nowNanos);
  }

  @Override
  public long nextTimeoutNanos() {
    return Earliest.of(node.nextTimeoutNanos(), policy.nextTimeoutNanos());
  }
}
