package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtListener.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out whether strangers reach the server socket, by having other nodes answer to its port,
 * and makes the node persistent if they do.
 */
final class NetworkCheck {
  /** Nodes of the routing table that are asked. */
  private static final int ASKED_MAX = 5;

  /** Answers that are needed if so many were asked. */
  private static final int ANSWERS_OF_MANY = 3;

  private final NodeState state;
  private final KnownNodes nodes;
  private final Requests requests;
  private final Queries queries;

  /** Learns how the check ended. */
  interface Outcome {
    /** {@code changed} is true if the node has become reachable or persistent. */
    void ended(boolean changed, long nowNanos);
  }

  NetworkCheck(NodeState state, KnownNodes nodes, Requests requests, Queries queries) {
    this.state = state;
    this.nodes = nodes;
    this.requests = requests;
    this.queries = queries;
  }

  /** Returns the request to answer to our server port. */
  static Request pingNat(NodeState state) {
    byte[] port = new WireWriter().fixedUint(state.serverPort, 2).toByteArray();
    return new Request(true, Request.PING_NAT, null, null, port);
  }

  /**
   * Starts a check.
   *
   * @param onlyFirewall whether to leave it at finding out if the port is open
   */
  void start(boolean onlyFirewall, Outcome outcome, long nowNanos) {
    Ipv4Address seen = state.sampler().address();
    if (seen == null || seen.port() == 0 || !isToDo(onlyFirewall)) {
      outcome.ended(false, nowNanos);
    } else if (state.firewalled) {
      new Round(seen, onlyFirewall, outcome).start(nowNanos);
    } else {
      outcome.ended(conclude(seen, state.sampler(), onlyFirewall, nowNanos), nowNanos);
    }
  }

  private boolean isToDo(boolean onlyFirewall) {
    return state.ephemeral && (!onlyFirewall || state.firewalled);
  }

  /** Acts on an open port; returns false if the address is not as stable as it must be. */
  private boolean conclude(
      Ipv4Address before, NatSampler sampler, boolean onlyFirewall, long nowNanos) {
    boolean wasFirewalled = state.firewalled;
    state.firewalled = false;
    Ipv4Address now = sampler.address();
    boolean stable = state.ephemeral && before.equals(state.sampler().address());
    boolean moves = false;
    if (stable && now != null && now.host() == before.host() && now.port() != 0) {
      moves = true;
      state.ephemeral = onlyFirewall;
      if (sampler != state.sampler()) {
        state.replaceSampler(sampler, nowNanos);
      }
      moveTo(RoutingTable.idOf(now), nowNanos);
    }
    if (wasFirewalled) {
      state.tell(Event.REACHABLE, nowNanos);
    }
    if (moves && !state.ephemeral) {
      state.tell(Event.PERSISTENT, nowNanos);
    }
    return moves;
  }

  private void moveTo(Key id, long nowNanos) {
    if (!nodes.id().equals(id)) {
      nodes.remove(id);
      nodes.changeId(id);
      if (state.bootstrapped) {
        queries.refresh(nowNanos);
      }
    }
  }

  /** Asks some nodes at once and waits for all of them. */
  private final class Round {
    private final Ipv4Address seen;
    private final boolean onlyFirewall;
    private final Outcome outcome;
    private final NatSampler sampler = new NatSampler();
    private int asked;
    private int waiting;
    private int answers;

    Round(Ipv4Address seen, boolean onlyFirewall, Outcome outcome) {
      this.seen = seen;
      this.onlyFirewall = onlyFirewall;
      this.outcome = outcome;
    }

    void start(long nowNanos) {
      List<Ipv4Address> whom = new ArrayList<>();
      nodes.latest(ASKED_MAX).forEach(entry -> whom.add(entry.address));
      if (whom.size() < ASKED_MAX) {
        whom.addAll(state.options.bootstrap());
      }
      asked = whom.size();
      waiting = asked;
      for (Ipv4Address node : whom) {
        Key id = RoutingTable.idOf(node);
        requests.send(node, id, pingNat(state), RequestOptions.DEFAULT, new Pong(), nowNanos);
      }
      if (asked == 0) {
        outcome.ended(false, nowNanos);
      }
    }

    private void oneLess(long nowNanos) {
      if (--waiting == 0) {
        outcome.ended(isOpen() && conclude(seen, sampler, onlyFirewall, nowNanos), nowNanos);
      }
    }

    private boolean isOpen() {
      Ipv4Address there = sampler.address();
      Ipv4Address here = state.sampler().address();
      return answers >= (asked >= ASKED_MAX ? ANSWERS_OF_MANY : 1)
          && there != null
          && here != null
          && there.host() == here.host()
          && there.port() == state.serverPort;
    }

    private final class Pong implements Requests.Listener {
      @Override
      public void replied(Reply reply, long nowNanos) {
        if (reply.socket() == DhtNode.SERVER_SOCKET) {
          answers++;
          sampler.add(reply.to());
        }
        oneLess(nowNanos);
      }

      @Override
      public void timedOut(long nowNanos) {
        oneLess(nowNanos);
      }

      @Override
      public void dropped(long nowNanos) {
        oneLess(nowNanos);
      }
    }
  }
}
