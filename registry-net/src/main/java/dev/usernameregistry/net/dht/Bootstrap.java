package dev.usernameregistry.net.dht;

import dev.usernameregistry.net.dht.DhtListener.Event;
import dev.usernameregistry.net.dht.DhtOptions.Persistence;

/**
 * A node's first look around: it looks for the neighbours of its own id, at most twice, because it
 * may learn its real id the first time. Ends also if nobody answers.
 */
final class Bootstrap {
  private static final int ROUNDS_MAX = 2;

  private final NodeState state;
  private final Requests requests;
  private final Queries queries;
  private final KnownNodes nodes;
  private final NetworkCheck check;
  private int rounds;

  /** Whether the first node to answer is still to be asked to answer to the server port. */
  private boolean probes;

  /** Whether that node's answer came. */
  private boolean probed;

  Bootstrap(NodeState state, Requests requests, Queries queries, NetworkCheck check) {
    this.state = state;
    this.requests = requests;
    this.queries = queries;
    this.nodes = queries.nodes;
    this.check = check;
  }

  private boolean isForced() {
    return state.options.persistence() == Persistence.ALWAYS;
  }

  void start(long nowNanos) {
    rounds = 0;
    probed = false;
    probes = state.firewalled && !isForced();
    startRound(nowNanos);
  }

  private void startRound(long nowNanos) {
    rounds++;
    queries.start(QuerySpec.findNode(nodes.id()).inBackground(), new Round(), nowNanos);
  }

  private void roundEnded(long nowNanos) {
    if (state.suspended) {
      return;
    }
    if (!probed && !isForced()) {
      finish(nowNanos);
      return;
    }
    check.start(
        !isForced(),
        (changed, at) -> {
          if (state.suspended) {
            return;
          }
          if (changed && rounds < ROUNDS_MAX) {
            startRound(at);
          } else {
            finish(at);
          }
        },
        nowNanos);
  }

  private void finish(long nowNanos) {
    state.bootstrapped = true;
    state.tell(Event.BOOTSTRAPPED, nowNanos);
  }

  private void probe(Reply first, long nowNanos) {
    requests.send(
        first.from(),
        first.id(),
        NetworkCheck.pingNat(state),
        RequestOptions.DEFAULT,
        new Probe(),
        nowNanos);
  }

  private final class Round implements QueryListener {
    @Override
    public void replied(Reply reply, long nowNanos) {
      if (probes) {
        probes = false;
        probe(reply, nowNanos);
      }
    }

    @Override
    public void done(QueryResult result, long nowNanos) {
      roundEnded(nowNanos);
    }
  }

  private final class Probe implements Requests.Listener {
    @Override
    public void replied(Reply reply, long nowNanos) {
      probed = true;
    }

    @Override
    public void timedOut(long nowNanos) {}

    @Override
    public void dropped(long nowNanos) {}
  }
}
