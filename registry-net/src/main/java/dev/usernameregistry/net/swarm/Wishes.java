package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an application wants of a swarm that may still have to find its place in the DHT: topics to
 * be on, peers to have, and to be told when all were looked up. Keeps it until {@link #begin}, and
 * hands it to the policy from then on. The event loop of the swarm only.
 */
public final class Wishes {
  private static final int WAITING_MAX = 1024;

  private final SwarmPolicy policy;

  /** Topics to join at the beginning. */
  private final Map<Key, JoinOptions> early = new LinkedHashMap<>();

  /** Peers to dial by their key at the beginning. */
  private final Set<Key> earlyPeers = new LinkedHashSet<>();

  /** Who waits for these topics to be flushed; at most {@link #WAITING_MAX}. */
  private final List<Done> waiting = new ArrayList<>();

  private boolean begun;

  public Wishes(SwarmPolicy policy) {
    this.policy = policy;
  }

  /** Returns whether {@link #begin} was called. */
  public boolean isBegun() {
    return begun;
  }

  /** Returns the topics that are kept for the beginning, in the order in which they came. */
  public Set<Key> early() {
    return early.keySet();
  }

  /** The swarm has found its place: hands all that was kept to the policy. */
  public void begin(long nowNanos) {
    begun = true;
    early.forEach((topic, options) -> policy.join(topic, options, nowNanos));
    early.clear();
    earlyPeers.forEach(peer -> policy.joinPeer(peer, nowNanos));
    earlyPeers.clear();
    waiting.forEach(done -> policy.flush(done, nowNanos));
    waiting.clear();
  }

  /** Joins a topic, or changes how it is joined. Does nothing once the swarm is destroyed. */
  public void join(Key topic, JoinOptions options, long nowNanos) {
    if (policy.isDestroyed()) {
      return;
    }
    if (begun) {
      policy.join(topic, options, nowNanos);
    } else {
      early.put(topic, options);
    }
  }

  /** Leaves a topic; {@code done} when this peer is not announced there any more. */
  public void leave(Key topic, Done done, long nowNanos) {
    if (!begun) {
      early.remove(topic);
      done.done(true, nowNanos);
      return;
    }
    policy.leave(topic, done, nowNanos);
  }

  /** Keeps a connection with a peer, as of {@link SwarmPolicy#joinPeer}. */
  public void joinPeer(Key peer, long nowNanos) {
    if (begun) {
      policy.joinPeer(peer, nowNanos);
    } else {
      earlyPeers.add(peer);
    }
  }

  /** Undoes {@link #joinPeer}; a connection stays. */
  public void leavePeer(Key peer, long nowNanos) {
    earlyPeers.remove(peer);
    policy.leavePeer(peer, nowNanos);
  }

  /**
   * Tells {@code done} when all topics were looked up once, and everyone found was dialled. In
   * vain, and at once, if too many wait for the beginning.
   */
  public void flush(Done done, long nowNanos) {
    if (begun) {
      policy.flush(done, nowNanos);
    } else if (waiting.size() < WAITING_MAX) {
      waiting.add(done);
    } else {
      done.done(false, nowNanos);
    }
  }
}
