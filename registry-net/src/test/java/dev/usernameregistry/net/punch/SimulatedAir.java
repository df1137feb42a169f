package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Datagrams between hosts behind NATs and nodes of the DHT, on a clock that the test moves. Loses
 * and delays by one seed. A probe with a small time to live makes its mapping and arrives nowhere.
 */
final class SimulatedAir {
  static final long MILLI = 1_000_000L;

  /** Nodes of the DHT: they answer pings and relay. */
  static final int NODES = 12;

  /** What a datagram carries. */
  sealed interface Body permits Probe, Ping, Pong, Relayed, Udx {}

  record Probe() implements Body {}

  record Ping(int tid) implements Body {}

  record Pong(int tid, Ipv4Address to) implements Body {}

  /** A PEER_HOLEPUNCH packet in one of its four modes. */
  record Relayed(int tid, HolepunchMessage message, Ipv4Address to) implements Body {}

  record Udx(int number) implements Body {}

  private record Event(long atNanos, long order, Runnable action) {}

  final Random random;
  double loss;
  long delayMinMillis = 5;
  long delayMaxMillis = 120;
  long nowNanos;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos != b.atNanos
                  ? Long.compare(a.atNanos, b.atNanos)
                  : Long.compare(a.order, b.order));
  private final Map<Integer, SimulatedHost> hosts = new HashMap<>();
  private long order;
  long sent;

  SimulatedAir(long seed) {
    random = new Random(seed);
    nowNanos = seed * 1_000_003;
  }

  static Ipv4Address node(int number) {
    return Ipv4Address.of("9.0.0." + (number + 1), 49_737);
  }

  /** Returns the peer address, which every packet here has. */
  static Ipv4Address otherEnd(HolepunchMessage message) {
    return Objects.requireNonNull(message.peerAddress());
  }

  void add(SimulatedHost host) {
    hosts.put(host.nat().host(), host);
  }

  void after(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + delayNanos, order++, action));
  }

  /** Runs until nothing is left to do or so much time has passed; returns whether it is over. */
  boolean run(long limitNanos) {
    long end = nowNanos + limitNanos;
    while (true) {
      long timer = Long.MAX_VALUE;
      for (SimulatedHost host : hosts.values()) {
        timer = Math.min(timer, host.nextTimeoutNanos());
      }
      Event next = events.peek();
      long at = Math.min(timer, next == null ? Long.MAX_VALUE : next.atNanos);
      if (at == Long.MAX_VALUE) {
        return true;
      }
      if (at > end) {
        return false;
      }
      nowNanos = Math.max(nowNanos, at);
      if (next != null && next.atNanos <= timer) {
        events.poll();
        next.action.run();
      } else {
        hosts.values().forEach(host -> host.onTimeout(nowNanos));
      }
    }
  }

  /** Sends from a host, through its NAT. */
  void send(SimulatedHost host, int socket, Ipv4Address to, int ttl, Body body) {
    sent++;
    Ipv4Address from = host.nat().out(socket, to);
    if (ttl >= 64) {
      fly(from, to, body);
    }
  }

  private void fly(Ipv4Address from, Ipv4Address to, Body body) {
    if (random.nextDouble() < loss) {
      return;
    }
    long delayMillis = delayMinMillis + random.nextLong(delayMaxMillis - delayMinMillis + 1);
    after(delayMillis * MILLI, () -> arrive(from, to, body));
  }

  private void arrive(Ipv4Address from, Ipv4Address to, Body body) {
    SimulatedHost host = hosts.get(to.host());
    if (host != null) {
      host.nat().in(to.port(), from).ifPresent(socket -> host.receive(socket, from, to, body));
    } else if (to.port() == 49_737) {
      atNode(from, to, body);
    }
  }

  private void atNode(Ipv4Address from, Ipv4Address node, Body body) {
    if (body instanceof Ping ping) {
      fly(node, from, new Pong(ping.tid, from));
    } else if (body instanceof Relayed relayed) {
      HolepunchMessage message = relayed.message;
      boolean toServer = message.mode() == HolepunchMessage.FROM_CLIENT;
      int mode = toServer ? HolepunchMessage.FROM_RELAY : HolepunchMessage.REPLY;
      Ipv4Address to = otherEnd(message);
      fly(
          node,
          to,
          new Relayed(
              relayed.tid, new HolepunchMessage(mode, message.id(), message.payload(), from), to));
    }
  }
}
