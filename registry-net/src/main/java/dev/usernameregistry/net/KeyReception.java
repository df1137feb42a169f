package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.AcceptListener;
import dev.usernameregistry.net.peering.ListenOptions;
import dev.usernameregistry.net.peering.Listening;
import dev.usernameregistry.net.swarm.Done;
import dev.usernameregistry.net.swarm.Reception;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Listens for peers that dial a swarm's key. Loop only. */
final class KeyReception implements Reception {
  private final Node node;
  private final KeyPair identity;
  private final ListenOptions options;
  private final AcceptListener listener;
  private @Nullable Listening listening;

  KeyReception(
      Node node,
      KeyPair identity,
      SwarmOptions options,
      Predicate<Key> refused,
      AcceptListener listener) {
    this.node = node;
    this.identity = identity;
    this.options =
        new ListenOptions(
            (peer, payload, address) -> refused.test(peer),
            () -> options.relay(node.dht().natAddress(), false),
            options.localConnections(),
            true);
    this.listener = listener;
  }

  /** Returns where this peer can be reached; empty while it does not listen. */
  List<Ipv4Address> relayAddresses() {
    return listening == null ? List.of() : listening.relayAddresses();
  }

  /** Announces the key anew, because something about the network has changed. */
  void refresh(long nowNanos) {
    if (listening != null) {
      listening.refresh(nowNanos);
    }
  }

  @Override
  public void open(Done done, long nowNanos) {
    Listening opened = node.peering().listen(identity, options, listener, nowNanos);
    listening = opened;
    opened.whenAnnounced(now -> done.done(true, now), nowNanos);
  }

  @Override
  public void suspend(Done done, long nowNanos) {
    close(done, nowNanos);
  }

  @Override
  public void resume(long nowNanos) {
    listening = node.peering().listen(identity, options, listener, nowNanos);
  }

  @Override
  public void close(Done done, long nowNanos) {
    Listening closing = listening;
    listening = null;
    if (closing == null) {
      done.done(true, nowNanos);
    } else {
      closing.stop(now -> done.done(true, now), nowNanos);
    }
  }
}
