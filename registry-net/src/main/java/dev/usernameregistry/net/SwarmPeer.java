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
import dev.usernameregistry.net.peering.PeeringOptions;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.net.swarm.Done;
import dev.usernameregistry.net.swarm.Firewall;
import dev.usernameregistry.net.swarm.JoinOptions;
import dev.usernameregistry.net.swarm.Link;
import dev.usernameregistry.net.swarm.SwarmPolicy;
import dev.usernameregistry.net.swarm.SwarmPorts;
import dev.usernameregistry.net.swarm.Wishes;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registry's peer in a swarm, without sockets, threads or clocks: joins the policy of topics
 * with a node that finds and dials, and with what is shared over the connections. Loop only.
 */
final class SwarmPeer implements DatagramMachine, DhtListener {
  /**
   * Where the sockets are.
   *
   * @param host what both sockets are bound to
   * @param server the port of the server socket
   * @param client the port of the client socket
   * @param localHosts as of {@link PeeringOptions}
   */
  record Places(String host, int server, int client, Supplier<List<Integer>> localHosts) {}

  private static final Logger LOG = LoggerFactory.getLogger(SwarmPeer.class);

  /** By then whoever is asked was asked three times, and an answer takes a fraction of a second. */
  private static final long SILENCE_NANOS = 2_000_000_000L;

  /** Whether this peer is to be quiet. */
  private enum Sleep {
    /** It is not. */
    AWAKE,
    /** It is, and takes back its announcements. */
    FALLING_ASLEEP,
    /** It was, and goes on as soon as its announcements are taken back. */
    WAKING_UP,
    /** It is, and nothing is sent. */
    ASLEEP
  }

  private final Places places;
  private final Key publicKey;
  private final Node node;
  private final SwarmLinks links;
  private final KeyReception reception;
  private final SwarmPolicy policy;
  private final Wishes wishes;
  private Sleep sleep = Sleep.AWAKE;

  /** Where to enter the DHT; empty while that is not known. */
  private List<Ipv4Address> entry = List.of();

  /** Whether that was looked up, though perhaps in vain. */
  private boolean lookedUp;

  private boolean started;

  /** Since when the DHT is asked, if it is {@link #started}; a sleep begins it anew. */
  private long askedSinceNanos;

  SwarmPeer(
      NetworkHost host,
      SwarmOptions options,
      Places places,
      Sharing sharing,
      Loop loop,
      SecureRandom random,
      InstantSource clock) {
    this.places = places;
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
    links = new SwarmLinks(node, sharing, loop);
    reception = new KeyReception(node, identity, options, this::refuses, links::accepted);
    SwarmPorts ports =
        new SwarmPorts(
            new TopicDiscovery(node.announcements(), identity, reception::relayAddresses),
            new PeerDialler(node, identity, options, links::make),
            reception);
    policy =
        new SwarmPolicy(identity.publicKey(), options.policy(), firewall(options), ports, random);
    wishes = new Wishes(policy);
    links.decideBy(policy);
    node.dht().addListener(this);
    options.topics().forEach((topic, role) -> join(topic, role, loop.nowNanos()));
  }

  Node node() {
    return node;
  }

  SwarmPolicy policy() {
    return policy;
  }

  /** Returns what is known of each topic. */
  List<SwarmStatus.TopicStatus> topics() {
    Stream<SwarmStatus.TopicStatus> early =
        wishes.early().stream()
            .map(topic -> new SwarmStatus.TopicStatus(new Topic(topic), false, false, 0));
    Stream<SwarmStatus.TopicStatus> joined =
        policy.topics().stream()
            .map(
                state ->
                    new SwarmStatus.TopicStatus(
                        new Topic(state.topic()),
                        state.announced(),
                        state.refreshed(),
                        state.foundCount()));
    return Stream.concat(early, joined).toList();
  }

  Key publicKey() {
    return publicKey;
  }

  Carriers carriers() {
    return node.carriers();
  }

  /** Returns how this peer stands. */
  SwarmStatus status(long nowNanos) {
    boolean suspended = sleep == Sleep.FALLING_ASLEEP || sleep == Sleep.ASLEEP;
    return StatusReport.of(this, places, suspended, nowNanos);
  }

  /**
   * Enters the DHT by way of {@code nodes}; if this peer sleeps, as soon as it wakes up.
   *
   * @param nodes none if no address could be found
   */
  void enter(List<Ipv4Address> nodes, long nowNanos) {
    lookedUp = true;
    entry = nodes;
    if (sleep == Sleep.AWAKE) {
      startDht(nowNanos);
    }
  }

  /** Returns whether it is not known where to enter the DHT, although that was looked up. */
  boolean lacksEntry() {
    return lookedUp && entry.isEmpty();
  }

  /** Returns whether the DHT has been asked for a while, and nobody there was ever heard. */
  boolean isUnanswered(long nowNanos) {
    return started
        && node.dht().statistics().packetsReceived() == 0
        && nowNanos - askedSinceNanos >= SILENCE_NANOS;
  }

  private void startDht(long nowNanos) {
    if (!started && !entry.isEmpty()) {
      started = true;
      askedSinceNanos = nowNanos;
      node.dht().bootstrapWith(entry);
      node.dht().start(places.server(), places.client(), nowNanos);
    }
  }

  /** Joins a topic, or changes what this peer does on it. Does nothing once this peer leaves. */
  void join(Topic topic, Swarm.Role role, long nowNanos) {
    wishes.join(topic.key(), options(role), nowNanos);
  }

  /** Leaves a topic; {@code done} when this peer is not announced there any more. */
  void leave(Topic topic, Done done, long nowNanos) {
    wishes.leave(topic.key(), done, nowNanos);
  }

  /** Keeps a connection with a peer, until {@link #leavePeer}. */
  void joinPeer(Key peer, long nowNanos) {
    wishes.joinPeer(peer, nowNanos);
  }

  /** Undoes {@link #joinPeer}; a connection stays. */
  void leavePeer(Key peer, long nowNanos) {
    wishes.leavePeer(peer, nowNanos);
  }

  /** As of {@link Wishes#flush}. */
  void flush(Done done, long nowNanos) {
    wishes.flush(done, nowNanos);
  }

  void ban(Key peer, long nowNanos) {
    policy.ban(peer, nowNanos);
    for (SwarmLink link : links.all()) {
      if (link.remoteKey().equals(peer)) {
        link.destroy(Link.Reason.REFUSED, nowNanos);
      }
    }
  }

  /** Ends all traffic; {@code done} when there is none. In vain once this peer leaves. */
  void suspend(Done done, long nowNanos) {
    if (policy.isDestroyed()) {
      done.done(false, nowNanos);
      return;
    }
    switch (sleep) {
      case ASLEEP -> done.done(true, nowNanos);
      case FALLING_ASLEEP, WAKING_UP -> {
        sleep = Sleep.FALLING_ASLEEP;
        policy.suspend(done, nowNanos);
      }
      case AWAKE -> {
        sleep = Sleep.FALLING_ASLEEP;
        policy.suspend((complete, now) -> fallAsleep(now), nowNanos);
        policy.suspend(done, nowNanos);
      }
    }
  }

  private void fallAsleep(long nowNanos) {
    if (policy.isDestroyed()) {
      return;
    }
    if (sleep == Sleep.WAKING_UP) {
      wakeUp(nowNanos);
    } else {
      sleep = Sleep.ASLEEP;
      node.dht().suspend(nowNanos);
    }
  }

  /** Undoes {@link #suspend}, also while that is under way. Does nothing once this peer leaves. */
  void resume(long nowNanos) {
    if (policy.isDestroyed()) {
      return;
    }
    if (sleep == Sleep.ASLEEP) {
      wakeUp(nowNanos);
    } else if (sleep == Sleep.FALLING_ASLEEP) {
      sleep = Sleep.WAKING_UP;
    }
  }

  private void wakeUp(long nowNanos) {
    boolean dhtSleeps = sleep == Sleep.ASLEEP;
    sleep = Sleep.AWAKE;
    if (started && dhtSleeps) {
      askedSinceNanos = nowNanos;
      node.dht().resume(nowNanos);
    }
    startDht(nowNanos);
    policy.resume(nowNanos);
  }

  /**
   * Leaves all topics and ends all connections; {@code done} when nothing is left of them. Where
   * nobody answers, announcements are left to expire.
   */
  void leaveAll(Done done, long nowNanos) {
    boolean inVain = !wishes.isBegun() || sleep != Sleep.AWAKE || !node.dht().isOnline();
    policy.destroy(inVain, done, nowNanos);
    for (SwarmLink link : links.all()) {
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
    if (!wishes.isBegun() && !policy.isDestroyed()) {
      wishes.begin(nowNanos);
    }
  }

  /** Asks the application; one that fails to answer lets nobody in. */
  private static Firewall firewall(SwarmOptions options) {
    return key -> {
      try {
        return options.firewall().test(key);
      } catch (RuntimeException e) {
        LOG.error("the application's firewall failed, so peer {} is refused", key, e);
        return true;
      }
    };
  }

  private boolean refuses(Key peer) {
    return policy.refuses(peer);
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
    return Times.earlier(node.nextTimeoutNanos(), policy.nextTimeoutNanos());
  }
}
