package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.DialFailure;
import dev.usernameregistry.net.peering.DialOptions;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.swarm.Dialler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dials peers for a swarm. Loop only. */
final class PeerDialler implements Dialler {
  private static final Logger LOG = LoggerFactory.getLogger(PeerDialler.class);

  private final Node node;
  private final KeyPair identity;
  private final SwarmOptions options;
  private final Links links;

  /**
   * @param links notes a connection that was made
   */
  PeerDialler(Node node, KeyPair identity, SwarmOptions options, Links links) {
    this.node = node;
    this.identity = identity;
    this.options = options;
    this.links = links;
  }

  @Override
  public Dial dial(
      Key remoteKey,
      List<Ipv4Address> relayAddresses,
      boolean forceRelay,
      DialListener listener,
      long nowNanos) {
    DialOptions how =
        new DialOptions(
            options.relay(node.dht().natAddress(), forceRelay).orElse(null),
            options.localConnections(),
            true);
    Answered answered = new Answered(remoteKey, listener);
    return new UnderWay(
        node.peering().dial(identity, remoteKey, relayAddresses, how, answered, nowNanos));
  }

  /** A dial under way. */
  private record UnderWay(dev.usernameregistry.net.peering.Dial dial) implements Dial {
    @Override
    public void abort(long nowNanos) {
      dial.cancel(nowNanos);
    }

    @Override
    public void withdraw(long nowNanos) {
      dial.withdraw(nowNanos);
    }
  }

  @Override
  public boolean hasRelay() {
    return options.relay().isPresent();
  }

  /** Makes connections of streams. */
  interface Links {
    /** Returns the connection, or null if there are too many. */
    @Nullable SwarmLink make(Peered peered, long nowNanos);
  }

  /** Passes on how a dial ended. */
  private final class Answered implements dev.usernameregistry.net.peering.DialListener {
    private final Key remoteKey;
    private final DialListener listener;

    Answered(Key remoteKey, DialListener listener) {
      this.remoteKey = remoteKey;
      this.listener = listener;
    }

    @Override
    public void connected(Peered peered, long nowNanos) {
      SwarmLink link = links.make(peered, nowNanos);
      if (link == null) {
        listener.failed(false, nowNanos);
      } else {
        listener.connected(link, nowNanos);
      }
    }

    @Override
    public void failed(DialFailure failure, long nowNanos) {
      LOG.debug("no connection with peer {}: {}", remoteKey, failure.sentence());
      listener.failed(failure.relayHelps(), nowNanos);
    }
  }
}
