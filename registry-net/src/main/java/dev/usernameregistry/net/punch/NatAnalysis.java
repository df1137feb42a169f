package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out what kind of NAT one punch socket is behind: pings up to {@link #SAMPLES} nodes of the
 * DHT from it, and once more other nodes if too few answered. The newest nodes are left out if
 * there are enough others. Ends early when the socket is consistent or open.
 */
final class NatAnalysis implements PunchNode.PingListener {
  private static final int SAMPLES = 4;
  private static final int SKIPPED = 5;
  private static final int NODES_FOR_SKIPPING = 8;
  private static final int ROUNDS_MAX = 2;

  /** Enough for both rounds: what is skipped, and four nodes each time. */
  private static final int NODES_MAX = SKIPPED + ROUNDS_MAX * SAMPLES;

  /** Hears once that the analysis has ended. */
  interface Listener {
    void analyzed(long nowNanos);
  }

  private final PunchNode node;
  private final int socket;
  private final NatSamples samples;
  private final Listener listener;
  private final Set<Ipv4Address> pinged = new HashSet<>();
  private int awaited;
  private int rounds;
  private boolean done;

  NatAnalysis(PunchNode node, int socket, Listener listener) {
    this.node = node;
    this.socket = socket;
    this.samples = new NatSamples(node::isFirewalled);
    this.listener = listener;
  }

  /** Sends the first pings. May end at once. */
  void start(long nowNanos) {
    nextRound(nowNanos);
  }

  /** Stops without telling anybody. */
  void stop() {
    done = true;
  }

  boolean isDone() {
    return done;
  }

  NatSamples samples() {
    return samples;
  }

  /** Takes in an answer to a ping, or that another packet of {@code from} showed our address. */
  @Override
  public void answered(Ipv4Address from, Ipv4Address address, long nowNanos) {
    awaited--;
    add(from, address, nowNanos);
    afterPing(nowNanos);
  }

  @Override
  public void timedOut(long nowNanos) {
    awaited--;
    afterPing(nowNanos);
  }

  /** Takes in that {@code from} sees the socket as {@code address}. */
  void add(Ipv4Address from, Ipv4Address address, long nowNanos) {
    samples.add(from, address);
    if (samples.kind().isStable() || samples.count() >= SAMPLES) {
      end(nowNanos);
    }
  }

  private void afterPing(long nowNanos) {
    if (!done && awaited == 0) {
      nextRound(nowNanos);
    }
  }

  private void nextRound(long nowNanos) {
    if (rounds++ == ROUNDS_MAX) {
      end(nowNanos);
      return;
    }
    awaited = 1;
    List<Ipv4Address> known = node.nodes(NODES_MAX);
    int skipped = known.size() >= NODES_FOR_SKIPPING ? SKIPPED : 0;
    for (Ipv4Address candidate : known.subList(skipped, known.size())) {
      if (samples.count() + awaited - 1 >= SAMPLES) {
        break;
      }
      if (pinged.add(candidate)) {
        awaited++;
        node.ping(socket, candidate, this, nowNanos);
      }
    }
    awaited--;
    afterPing(nowNanos);
  }

  private void end(long nowNanos) {
    if (!done) {
      done = true;
      listener.analyzed(nowNanos);
    }
  }
}
