package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A host behind a NAT: the node of one side of a punch, as the DHT node and peering are it. */
final class SimulatedHost implements PunchNode {
  private static final int RETRIES = 3;
  private static final long TRY_NANOS = 1_000_000_000L;

  /** Takes what is not an answer to one of our own requests. */
  interface Side {
    default void probed(int socket, Ipv4Address from) {}

    default void asked(int socket, Ipv4Address from, SimulatedAir.Relayed request) {}

    default void streamed(int socket, Ipv4Address from) {}

    default void onTimeout(long nowNanos) {}

    default long nextTimeoutNanos() {
      return Long.MAX_VALUE;
    }
  }

  final Set<Integer> open = new HashSet<>();
  final PunchBudget budget = new PunchBudget();
  boolean firewalled = true;
  int nodesKnown = SimulatedAir.NODES;
  int openMax;
  Side side = new Side() {};

  private final SimulatedAir air;
  private final SimulatedNat nat;
  private final Map<Integer, PingListener> pingListeners = new HashMap<>();
  private final Map<Integer, AnswerListener> questions = new HashMap<>();
  private int sockets = 2;
  private int tids;

  SimulatedHost(SimulatedAir air, SimulatedNat nat) {
    this.air = air;
    this.nat = nat;
    open.add(0);
    air.add(this);
  }

  SimulatedNat nat() {
    return nat;
  }

  PunchContext context(long seed) {
    return new PunchContext(this, budget, new SeededRandom(seed));
  }

  @Override
  public boolean isFirewalled() {
    return firewalled;
  }

  @Override
  public List<Ipv4Address> nodes(int max) {
    List<Ipv4Address> nodes = new ArrayList<>();
    for (int i = 0; i < nodesKnown; i++) {
      nodes.add(SimulatedAir.node(i));
    }
    Collections.shuffle(nodes, air.random);
    return nodes.subList(0, Math.min(max, nodes.size()));
  }

  @Override
  public int openSocket() {
    open.add(sockets);
    openMax = Math.max(openMax, open.size());
    return sockets++;
  }

  @Override
  public void closeSocket(int socket) {
    if (!open.remove(socket)) {
      throw new AssertionError("socket " + socket + " is not open");
    }
  }

  @Override
  public void probe(int socket, Ipv4Address to, int ttl) {
    send(socket, to, ttl, new SimulatedAir.Probe());
  }

  void send(int socket, Ipv4Address to, int ttl, SimulatedAir.Body body) {
    if (!open.contains(socket)) {
      throw new AssertionError("socket " + socket + " is not open");
    }
    air.send(this, socket, to, ttl, body);
  }

  @Override
  public void ping(int socket, Ipv4Address node, PingListener listener, long nowNanos) {
    int tid = tids++;
    pingListeners.put(tid, listener);
    send(socket, node, 64, new SimulatedAir.Ping(tid));
    air.after(
        TRY_NANOS,
        () -> {
          if (pingListeners.remove(tid) != null) {
            listener.timedOut(air.nowNanos);
          }
        });
  }

  @Override
  public void ask(Question question, AnswerListener listener, long nowNanos) {
    int tid = tids++;
    questions.put(tid, listener);
    attempt(tid, question, RETRIES);
  }

  private void attempt(int tid, Question question, int retries) {
    if (!questions.containsKey(tid)) {
      return;
    }
    if (retries < 0 || !open.contains(question.socket())) {
      questions.remove(tid).failed(air.nowNanos);
      return;
    }
    HolepunchMessage message =
        new HolepunchMessage(
            HolepunchMessage.FROM_CLIENT, 7, question.payload(), question.peerAddress());
    send(
        question.socket(),
        question.relay(),
        64,
        new SimulatedAir.Relayed(tid, message, question.relay()));
    air.after(TRY_NANOS, () -> attempt(tid, question, retries - 1));
  }

  /** Takes in what got through the NAT. */
  void receive(int socket, Ipv4Address from, Ipv4Address to, SimulatedAir.Body body) {
    if (!open.contains(socket)) {
      return;
    }
    if (body instanceof SimulatedAir.Probe) {
      side.probed(socket, from);
    } else if (body instanceof SimulatedAir.Udx) {
      side.streamed(socket, from);
    } else if (body instanceof SimulatedAir.Pong pong) {
      PingListener listener = pingListeners.remove(pong.tid());
      if (listener != null) {
        listener.answered(from, pong.to(), air.nowNanos);
      }
    } else if (body instanceof SimulatedAir.Relayed relayed) {
      relayed(socket, from, relayed);
    }
  }

  private void relayed(int socket, Ipv4Address from, SimulatedAir.Relayed relayed) {
    if (relayed.message().mode() == HolepunchMessage.FROM_RELAY) {
      side.asked(socket, from, relayed);
      return;
    }
    AnswerListener listener = questions.remove(relayed.tid());
    if (listener != null) {
      HolepunchMessage message = relayed.message();
      listener.answered(
          relayed.to(), SimulatedAir.otherEnd(message), message.payload(), air.nowNanos);
    }
  }

  void onTimeout(long nowNanos) {
    side.onTimeout(nowNanos);
  }

  long nextTimeoutNanos() {
    return side.nextTimeoutNanos();
  }
}
