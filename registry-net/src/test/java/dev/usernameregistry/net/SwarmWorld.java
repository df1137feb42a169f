package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.peering.PeeringOptions;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A DHT and whole peers of swarms in one thread, and the air between them, which delays, reorders
 * and loses datagrams, on a clock that the test moves; everything follows from one seed. Each
 * machine has a public host of its own, and no gateway in front of it.
 */
final class SwarmWorld implements Loop {
  private static final int SERVER_PORT = 49737;
  private static final int CLIENT_PORT = 50_000;
  private static final int FIRST_HOST = Ipv4Address.of("11.0.0.1", 0).host();
  private static final int DATAGRAM_BYTES = 2048;

  /** Machines in one /24 would look like one flooding network. */
  private static final int NEXT_HOST = 1 << 8;

  /** Whether new peers know at once where to enter the DHT. */
  boolean entryKnown = true;

  /** Part of all datagrams that is lost. */
  double loss;

  private long nowNanos = 1_000_000_000L;
  private final Random random;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Map<Ipv4Address, Machine> places = new HashMap<>();
  private final List<Machine> machines = new ArrayList<>();
  private final PriorityQueue<Flight> air =
      new PriorityQueue<>(
          Comparator.comparingLong(Flight::atNanos).thenComparingLong(Flight::number));
  private long flights;
  private int hosts;

  /** Changes with every datagram: two runs that differ anywhere differ here. */
  private long fingerprint = 1;

  private final List<Ipv4Address> entry = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent")
  private record Flight(
      long atNanos, long number, Ipv4Address from, Ipv4Address to, byte[] bytes) {}

  /** A machine and where it is. */
  private final class Machine {
    final DatagramMachine machine;
    final int host;
    final Map<Integer, Ipv4Address> sockets = new HashMap<>();
    boolean alive = true;

    Machine(DatagramMachine machine, int host) {
      this.machine = machine;
      this.host = host;
      bind(DhtNode.SERVER_SOCKET, SERVER_PORT);
      bind(DhtNode.CLIENT_SOCKET, CLIENT_PORT);
      machines.add(this);
    }

    private void bind(int socket, int port) {
      Ipv4Address address = new Ipv4Address(host, port);
      sockets.put(socket, address);
      places.put(address, this);
    }

    void change(SocketChange change) {
      if (change.kind() == SocketChange.Kind.OPEN) {
        bind(change.socket(), CLIENT_PORT + change.socket());
      } else {
        places.remove(sockets.remove(change.socket()));
      }
    }

    int socket(Ipv4Address address) {
      for (Map.Entry<Integer, Ipv4Address> each : sockets.entrySet()) {
        if (each.getValue().equals(address)) {
          return each.getKey();
        }
      }
      throw new AssertionError(address + " has no socket");
    }
  }

  /** One user's peer. */
  final class Inhabitant {
    final TestPeer logs;
    final SwarmPeer peer;
    final Sharing sharing;
    private final Machine machine;

    private Inhabitant(TestPeer logs, SwarmOptions options) {
      this.logs = logs;
      SecureRandom seeded = new SeededRandom(random.nextLong());
      int host = nextHost();
      sharing =
          new Sharing(
              logs,
              options.sharing(),
              seeded,
              () -> Instant.ofEpochMilli(nowNanos / 1_000_000),
              SwarmWorld.this,
              SwarmWorld.this);
      SwarmPeer.Places places =
          new SwarmPeer.Places("11.0.0.0", SERVER_PORT, CLIENT_PORT, () -> List.of(host));
      peer =
          new SwarmPeer(
              logs, options, places, sharing, SwarmWorld.this, seeded, () -> Instant.EPOCH);
      machine = new Machine(peer, host);
      sharing.replicate(List.copyOf(logs.logs()));
      logs.onFollow(log -> sharing.replicate(List.of(log)));
      if (entryKnown) {
        enter();
      }
    }

    /** Finds out where to enter the DHT. */
    void enter() {
      peer.enter(entry, nowNanos);
    }

    SwarmStatus status() {
      return peer.status(nowNanos);
    }

    int peers() {
      return sharing.peers().size();
    }

    /** Where strangers can send to. */
    Ipv4Address address() {
      return Objects.requireNonNull(machine.sockets.get(DhtNode.SERVER_SOCKET));
    }

    /** Takes in a datagram of a stranger. */
    void receive(int socket, Ipv4Address from, byte[] datagram) {
      peer.receive(socket, from, ByteBuffer.wrap(datagram), nowNanos);
    }

    /** Ends without a word. */
    void kill() {
      machine.alive = false;
      machines.remove(machine);
      machine.sockets.values().forEach(places::remove);
    }
  }

  /** Starts a world with a DHT of {@code nodes} nodes. */
  SwarmWorld(long seed, int nodes) {
    random = new Random(seed);
    for (int i = 0; i < nodes; i++) {
      Ipv4Address own = new Ipv4Address(nextHost(), SERVER_PORT);
      DhtOptions options =
          i == 0
              ? DhtOptions.bootstrapper(own)
              : DhtOptions.joining(entry)
                  .persistence(DhtOptions.Persistence.ALWAYS)
                  .firewalled(false)
                  .publicAddress(own);
      SecureRandom seeded = new SeededRandom(random.nextLong());
      byte[] seed32 = new byte[KeyPair.SEED_BYTES];
      seeded.nextBytes(seed32);
      Node node =
          new Node(
              options,
              PeeringOptions.of(List.of(own.host())),
              KeyPair.fromSeed(seed32),
              seeded,
              () -> Instant.EPOCH,
              nowNanos);
      new Machine(node, own.host());
      if (i == 0) {
        entry.add(own);
      }
      node.dht().start(SERVER_PORT, CLIENT_PORT, nowNanos);
      pass(1_000_000_000L);
    }
  }

  private int nextHost() {
    hosts++;
    return FIRST_HOST + NEXT_HOST * hosts;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  long fingerprint() {
    return fingerprint;
  }

  /** Starts a peer with the logs of {@code logs}. */
  Inhabitant start(TestPeer logs, Topic... topics) {
    Map<Topic, Swarm.Role> roles = new HashMap<>();
    for (Topic topic : topics) {
      roles.put(topic, Swarm.Role.BOTH);
    }
    SwarmOptions options =
        new SwarmOptions(
            roles,
            List.of(),
            Optional.empty(),
            SERVER_PORT,
            Swarm.PEERS_MAX_DEFAULT,
            key -> false,
            Optional.empty(),
            true);
    return new Inhabitant(logs, options);
  }

  /** Lets time pass. */
  void pass(long nanos) {
    passUntil(() -> false, nanos);
  }

  /** Lets time pass until {@code condition} is true; returns false if that takes too long. */
  boolean passUntil(BooleanSupplier condition, long nanosMax) {
    long untilNanos = nowNanos + nanosMax;
    settle();
    while (!condition.getAsBoolean()) {
      long next = nextNanos();
      if (next > untilNanos) {
        nowNanos = untilNanos;
        return condition.getAsBoolean();
      }
      nowNanos = Math.max(nowNanos, next);
      deliver();
      for (Machine each : List.copyOf(machines)) {
        if (each.machine.nextTimeoutNanos() <= nowNanos) {
          each.machine.onTimeout(nowNanos);
        }
      }
      settle();
    }
    return true;
  }

  private long nextNanos() {
    long next = air.isEmpty() ? Long.MAX_VALUE : air.peek().atNanos();
    for (Machine each : machines) {
      next = Math.min(next, each.machine.nextTimeoutNanos());
    }
    return next;
  }

  private void deliver() {
    while (!air.isEmpty() && air.peek().atNanos() <= nowNanos) {
      Flight flight = air.remove();
      Machine to = places.get(flight.to());
      if (to != null && to.alive) {
        int socket = to.socket(flight.to());
        to.machine.receive(socket, flight.from(), ByteBuffer.wrap(flight.bytes()), nowNanos);
      }
    }
  }

  /** Does all there is to do now. */
  private void settle() {
    boolean moved = true;
    while (moved || !tasks.isEmpty()) {
      moved = false;
      for (Runnable task; (task = tasks.poll()) != null; ) {
        task.run();
      }
      for (Machine each : List.copyOf(machines)) {
        moved |= drain(each);
      }
    }
  }

  private boolean drain(Machine from) {
    boolean moved = false;
    while (true) {
      for (SocketChange change; (change = from.machine.nextSocketChange(nowNanos)) != null; ) {
        from.change(change);
      }
      ByteBuffer out = ByteBuffer.allocate(DATAGRAM_BYTES);
      DatagramRoute route = from.machine.next(out, nowNanos);
      if (route == null) {
        return moved;
      }
      moved = true;
      byte[] bytes = new byte[out.flip().remaining()];
      out.get(bytes);
      send(from, route, bytes);
    }
  }

  private void send(Machine from, DatagramRoute route, byte[] bytes) {
    Ipv4Address sender = from.sockets.get(route.socket());
    if (sender == null) {
      return;
    }
    flights++;
    fingerprint = 31 * fingerprint + Arrays.hashCode(bytes) + route.to().hashCode();
    long delayNanos = 1_000_000 + random.nextLong(20_000_000);
    if (random.nextDouble() >= loss) {
      air.add(new Flight(nowNanos + delayNanos, flights, sender, route.to(), bytes));
    }
  }
}
