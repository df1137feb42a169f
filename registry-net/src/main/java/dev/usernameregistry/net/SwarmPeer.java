package dev.usernameregistry.net;

import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtListener;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.sharing.Connection;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.net.swarm.Done;
import dev.usernameregistry.net.swarm.JoinOptions;
import dev.usernameregistry.net.swarm.SwarmPolicy;
import dev.usernameregistry.net.swarm.SwarmPorts;
import dev.usernameregistry.net.swarm.TopicSession;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One registry's peer in a swarm: joins the policy of topics with a node that finds and dials, and
 * with what is shared over the connections. Loop only.
 */
final class SwarmPeer implements DhtListener {
  private final Node node;
  private final Sharing sharing;
  private final Loop loop;
  private final SwarmPolicy policy;
  private final KeyReception reception;
  private final Map<Topic, TopicSession> sessions = new LinkedHashMap<>();

  /** By local stream id. */
  private final Map<Integer, SwarmLink> links = new HashMap<>();

  /** Topics to join as soon as this peer knows its place in the DHT. */
  private final Map<Topic, Swarm.Role> early = new LinkedHashMap<>();

  private boolean ready;

  SwarmPeer(
      NetworkHost host,
      SwarmOptions options,
      Node node,
      Sharing sharing,
      Loop loop,
      RandomGenerator random) {
    this.node = node;
    this.sharing = sharing;
    this.loop = loop;
    KeyPair identity = host.identity();
    reception = new KeyReception(node, identity, options, this::refuses, this::accepted);
    SwarmPorts ports =
        new SwarmPorts(
            new TopicDiscovery(node.announcements(), identity, reception::relayAddresses),
            new PeerDialler(node, identity, options, this::link),
            reception);
    policy =
        new SwarmPolicy(
            identity.publicKey(),
            options.policy(),
            key -> options.firewall().test(key),
            ports,
            random);
    node.carriers().onEnd(this::ended);
    node.dht().addListener(this);
  }

  SwarmPolicy policy() {
    return policy;
  }

  Carriers carriers() {
    return node.carriers();
  }

  Map<Topic, TopicSession> sessions() {
    return sessions;
  }

  void join(Topic topic, Swarm.Role role, long nowNanos) {
    if (!ready) {
      early.put(topic, role);
      return;
    }
    JoinOptions options = options(role);
    TopicSession session = sessions.get(topic);
    if (session == null) {
      sessions.put(topic, policy.join(topic.key(), options, nowNanos));
    } else {
      session.change(options, nowNanos);
    }
  }

  void leave(Topic topic, Done done, long nowNanos) {
    early.remove(topic);
    sessions.remove(topic);
    policy.leave(topic.key(), done, nowNanos);
  }

  /** Tells {@code done} when all topics joined so far were looked up and announced once. */
  void flush(Done done, long nowNanos) {
    if (ready) {
      policy.flush(done, nowNanos);
    } else {
      waiting.add(done);
    }
  }

  private final java.util.List<Done> waiting = new java.util.ArrayList<>();

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
      case ADDRESS_CHANGED, REACHABLE, WOKE_UP, ONLINE -> policy.networkChanged(nowNanos);
      case PERSISTENT, EPHEMERAL, OFFLINE -> {
        // what others see of this peer stays the same
      }
    }
  }

  private void begin(long nowNanos) {
    if (ready) {
      return;
    }
    ready = true;
    Map.copyOf(early).forEach((topic, role) -> join(topic, role, nowNanos));
    early.clear();
    java.util.List.copyOf(waiting).forEach(done -> policy.flush(done, nowNanos));
    waiting.clear();
  }

  private boolean refuses(dev.usernameregistry.crypto.Key peer) {
    return policy.refuses(peer);
  }

  private void accepted(Peered peered, long nowNanos) {
    policy.accepted(link(peered), nowNanos);
  }

  private SwarmLink link(Peered peered) {
    SwarmLink link = new SwarmLink(this, peered);
    links.put(peered.streamId(), link);
    return link;
  }

  /** Begins to share logs over a connection; returns null if there are too many. */
  @Nullable Connection share(SwarmLink link, long nowNanos) {
    int streamId = link.streamId();
    Connection connection =
        sharing.established(
            link.peered().keys(),
            link.peered().remote().toString(),
            () -> carriers().wake(streamId, loop.nowNanos()),
            (how, wasConnected) -> link.ended(how, loop.nowNanos()),
            nowNanos);
    if (connection == null) {
      carriers().destroy(streamId, nowNanos);
    } else {
      carriers().carry(streamId, connection, nowNanos);
      sharing.settle(nowNanos);
    }
    return connection;
  }

  private void ended(int streamId, long nowNanos) {
    node.peering().streamEnded(streamId, nowNanos);
    SwarmLink link = links.remove(streamId);
    if (link != null) {
      policy.closed(link, nowNanos);
    }
  }

  void onTimeout(long nowNanos) {
    policy.onTimeout(nowNanos);
  }

  long nextTimeoutNanos() {
    return policy.nextTimeoutNanos();
  }
}
