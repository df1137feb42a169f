package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Machines, some of them behind NATs, and the air between them, which loses, doubles and delays
 * packets as one seed decides, on a clock that the test moves.
 */
final class SimulatedInternet {
  static final long SECOND_NANOS = 1_000_000_000L;
  private static final int TTL_TO_CROSS = 10;

  /** A packet as the air sees it. */
  record Packet(Ipv4Address from, Ipv4Address to, byte[] bytes) {}

  /** Takes in what the air carries to one address. */
  interface Receiver {
    void receive(int socket, Ipv4Address from, byte[] bytes);
  }

  private record Plug(Receiver machine, int socket) {}

  private record Place(@Nullable SimulatedLan lan, Ipv4Address address) {}

  private record Flight(long atNanos, long order, Packet packet, Plug plug) {}

  long nowNanos;
  double lossRate;
  double doubleRate;
  long latencyNanos = 20_000_000L;

  /** Packets for which this is true are lost. */
  Predicate<Packet> drops = packet -> false;

  final List<Packet> sent = new ArrayList<>();
  final List<SimulatedMachine> machines = new ArrayList<>();

  private final Random random;
  private final Map<Place, Plug> plugs = new HashMap<>();
  private final Map<Integer, SimulatedLan> nats = new HashMap<>();
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(
          Comparator.comparingLong(Flight::atNanos).thenComparingLong(Flight::order));
  private long order;

  SimulatedInternet(long seed) {
    random = new Random(seed);
    nowNanos = 0;
  }

  SimulatedMachine add(Ipv4Address address, @Nullable SimulatedLan lan, DhtOptions options) {
    SimulatedMachine machine = new SimulatedMachine(this, address, lan, options, random.nextLong());
    machines.add(machine);
    machine.ports.keySet().forEach(socket -> plug(machine, socket));
    if (lan != null) {
      nats.put(lan.publicHost, lan);
    }
    machine.start();
    return machine;
  }

  /** Has packets to a public address taken in by {@code receiver}. */
  void plug(Ipv4Address address, Receiver receiver) {
    plugs.put(new Place(null, address), new Plug(receiver, 0));
  }

  /** The machine is switched off at once. */
  void remove(SimulatedMachine machine) {
    machines.remove(machine);
    plugs.values().removeIf(plug -> plug.machine() == machine);
  }

  int freePort(int host, @Nullable SimulatedLan lan) {
    int port;
    do {
      port = 1024 + random.nextInt(64_000);
    } while (plugs.containsKey(new Place(lan, new Ipv4Address(host, port))));
    return port;
  }

  void plug(SimulatedMachine machine, int socket) {
    plugs.put(place(machine, socket), new Plug(machine, socket));
  }

  void unplug(SimulatedMachine machine, int socket) {
    plugs.remove(place(machine, socket));
  }

  private static Place place(SimulatedMachine machine, int socket) {
    return new Place(machine.lan, machine.address.withPort(machine.port(socket)));
  }

  void send(SimulatedMachine machine, int socket, Ipv4Address to, byte[] bytes, int ttl) {
    Ipv4Address local = machine.address.withPort(machine.port(socket));
    Plug near = plugs.get(new Place(machine.lan, to));
    if (near != null) {
      fly(new Packet(local, to, bytes), near);
    } else if (machine.lan != null) {
      Ipv4Address from = machine.lan.outbound(local, to);
      if (ttl >= TTL_TO_CROSS) {
        inject(new Packet(from, to, bytes));
      }
    } else if (ttl >= TTL_TO_CROSS) {
      inject(new Packet(local, to, bytes));
    }
  }

  /** Sends a packet from anywhere in the internet. */
  void inject(Packet packet) {
    Plug plug = plugs.get(new Place(null, packet.to()));
    SimulatedLan nat = nats.get(packet.to().host());
    if (plug == null && nat != null && packet.from().host() != nat.publicHost) {
      Ipv4Address inside = nat.inbound(packet.to().port(), packet.from());
      plug = inside == null ? null : plugs.get(new Place(nat, inside));
    }
    if (plug != null) {
      fly(packet, plug);
    } else {
      sent.add(packet);
    }
  }

  private void fly(Packet packet, Plug plug) {
    sent.add(packet);
    int copies = random.nextDouble() < doubleRate ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (random.nextDouble() >= lossRate && !drops.test(packet)) {
        long delay = latencyNanos + (long) (random.nextDouble() * latencyNanos);
        flights.add(new Flight(nowNanos + delay, order++, packet, plug));
      }
    }
  }

  /** Runs until {@code done}, or fails after {@code seconds}. */
  void runUntil(BooleanSupplier done, long seconds, String what) {
    long end = nowNanos + seconds * SECOND_NANOS;
    pump();
    while (!done.getAsBoolean()) {
      if (!step(end)) {
        throw new AssertionError("not within " + seconds + " s: " + what);
      }
    }
  }

  /** Runs for so long. */
  void run(long nanos) {
    long end = nowNanos + nanos;
    pump();
    while (step(end)) {}
    nowNanos = end;
  }

  private boolean step(long endNanos) {
    long next = flights.isEmpty() ? Long.MAX_VALUE : flights.peek().atNanos();
    for (SimulatedMachine machine : machines) {
      next = Math.min(next, machine.nextTimeoutNanos());
    }
    if (next > endNanos) {
      return false;
    }
    nowNanos = Math.max(nowNanos, next);
    for (Flight flight; (flight = flights.peek()) != null && flight.atNanos() <= nowNanos; ) {
      flights.poll();
      Plug plug = flight.plug();
      if (plugs.containsValue(plug)) {
        plug.machine().receive(plug.socket(), flight.packet().from(), flight.packet().bytes());
      }
    }
    pump();
    return true;
  }

  private void pump() {
    for (SimulatedMachine machine : List.copyOf(machines)) {
      machine.pump();
    }
  }
}
