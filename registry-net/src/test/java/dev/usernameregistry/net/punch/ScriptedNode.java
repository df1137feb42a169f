package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Writes down what a punch does with its node, and answers when the test says so. */
final class ScriptedNode implements PunchNode {
  record Probed(int socket, Ipv4Address to, int ttl) {}

  record Pinged(int socket, Ipv4Address node, PingListener listener) {}

  record Asked(Question question, AnswerListener listener) {}

  final PunchBudget budget = new PunchBudget();
  final List<Probed> probes = new ArrayList<>();
  final List<Pinged> pings = new ArrayList<>();
  final List<Asked> asked = new ArrayList<>();
  final Set<Integer> open = new TreeSet<>();
  final List<Ipv4Address> known = new ArrayList<>();
  boolean firewalled = true;
  private int sockets = 2;

  static ScriptedNode knowing(int nodes) {
    ScriptedNode node = new ScriptedNode();
    for (int i = 0; i < nodes; i++) {
      node.known.add(SimulatedAir.node(i));
    }
    return node;
  }

  PunchContext context(long seed) {
    return new PunchContext(this, budget, new SeededRandom(seed));
  }

  /** Answers all pings that wait, each with the address of its number. */
  void answerPings(long nowNanos, Ipv4Address... addresses) {
    List<Pinged> waiting = List.copyOf(pings);
    pings.clear();
    for (int i = 0; i < waiting.size(); i++) {
      Ipv4Address address = addresses[i % addresses.length];
      waiting.get(i).listener().answered(waiting.get(i).node(), address, nowNanos);
    }
  }

  void timeOutPings(long nowNanos) {
    List<Pinged> waiting = List.copyOf(pings);
    pings.clear();
    waiting.forEach(ping -> ping.listener().timedOut(nowNanos));
  }

  Asked lastAsked() {
    return asked.get(asked.size() - 1);
  }

  @Override
  public boolean isFirewalled() {
    return firewalled;
  }

  @Override
  public List<Ipv4Address> nodes(int max) {
    return known.subList(0, Math.min(max, known.size()));
  }

  @Override
  public int openSocket() {
    open.add(sockets);
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
    check(socket);
    if (to.port() == 0) {
      throw new AssertionError("a probe to port 0");
    }
    probes.add(new Probed(socket, to, ttl));
  }

  @Override
  public void ping(int socket, Ipv4Address node, PingListener listener, long nowNanos) {
    check(socket);
    pings.add(new Pinged(socket, node, listener));
  }

  @Override
  public void ask(Question question, AnswerListener listener, long nowNanos) {
    check(question.socket());
    asked.add(new Asked(question, listener));
  }

  private void check(int socket) {
    if (!open.contains(socket)) {
      throw new AssertionError("socket " + socket + " is not open");
    }
  }
}
