package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Many nodes and the air between them, on one clock that the test moves, from one seed: delay,
 * loss, duplication, and firewalls that let in only who was written to. Every node has a host in a
 * /24 of its own unless the test names one. Used by other rooms too: a {@link Companion} shares a
 * node's sockets and timers.
 */
public final class SimulatedDht {
  /** Local port of a node's server socket, unless the test names one. */
  public static final int SERVER_PORT = 49737;

  private static final int FIRST_CLIENT_PORT = 50_000;
  private static final long START_NANOS = Long.MAX_VALUE - 100_123_456_789L;

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Ipv4Address, Place> places = new HashMap<>();
  private final PriorityQueue<Flight> air =
      new PriorityQueue<>(
          (a, b) ->
              a.atNanos != b.atNanos
                  ? Long.signum(a.atNanos - b.atNanos)
                  : Long.signum(a.number - b.number));
  private long flights;
  private int addresses;

  /** The time. Starts near the end of the clock's range, which machines must not mind. */
  public long nowNanos = START_NANOS;

  /** How far the wall clock is ahead of the other one, which stood still in a sleep. */
  public long sleptNanos;

  /** Part of all datagrams that is lost. */
  public double loss;

  /** Part of all datagrams that arrives twice. */
  public double duplication;

  /** How long a datagram takes at least. */
  public long delayMinNanos = 1_000_000;

  /** How long a datagram takes at most. */
  public long delayMaxNanos = 20_000_000;

  /** Datagrams that this takes are dropped. */
  public Predicate<Flight> drops = flight -> false;

  /** Is shown every datagram as it is sent. */
  public List<Flight> seen = new ArrayList<>();

  /** Whether {@link #seen} is filled. */
  public boolean records;

  /** A datagram on the air. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Flight(Ipv4Address from, Ipv4Address to, byte[] bytes, long atNanos, long number) {}

  private record Place(Node node, int socket) {}

  private final Map<Ipv4Address, Consumer<Flight>> strangers = new HashMap<>();

  /** Something that shares a node's sockets and clock. */
  public interface Companion {
    /** Takes in a datagram before the node does; returns whether it was for the companion. */
    default boolean receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
      return false;
    }

    /** Acts on timers. */
    default void onTimeout(long nowNanos) {}

    /** Returns when it wants to be woken. */
    default long nextTimeoutNanos() {
      return Long.MAX_VALUE;
    }
  }

  /** Starts empty. */
  public SimulatedDht(long seed) {
    random = new Random(seed);
  }

  /** One node, alive until {@link #kill}. */
  public final class Node {
    /** The machine. */
    public final DhtNode dht;

    /** Where its server socket is. */
    public final Ipv4Address address;

    /** Whether only who was written to may write, on each socket. */
    public boolean firewall;

    private final Map<Integer, Ipv4Address> sockets = new HashMap<>();
    private final Set<List<Object>> wrote = new HashSet<>();
    private final List<Companion> companions = new ArrayList<>();
    private boolean alive = true;

    private Node(DhtOptions options, RequestServer server, Ipv4Address address, boolean firewall) {
      this.address = address;
      this.firewall = firewall;
      SeededRandom seeded = new SeededRandom(random.nextLong());
      dht = new DhtNode(options, server, seeded, SimulatedDht.this::wallMillis, nowNanos);
      bind(DhtNode.SERVER_SOCKET, address);
      bind(DhtNode.CLIENT_SOCKET, freePort(address));
    }

    private void bind(int socket, Ipv4Address at) {
      sockets.put(socket, at);
      places.put(at, new Place(this, socket));
    }

    /** Returns the address of a socket. */
    public Ipv4Address address(int socket) {
      return Objects.requireNonNull(sockets.get(socket), "socket " + socket);
    }

    /** Returns whether a socket is open. */
    public boolean isOpen(int socket) {
      return sockets.containsKey(socket);
    }

    /** Begins. */
    public void start() {
      dht.start(address.port(), address(DhtNode.CLIENT_SOCKET).port(), nowNanos);
    }

    /** Has a socket appear at another address, as when a NAT forgets a mapping. */
    public void rebind(int socket, Ipv4Address at) {
      places.remove(address(socket));
      bind(socket, at);
    }

    /** Has {@code companion} share the sockets and the clock from now on. */
    public void attach(Companion companion) {
      companions.add(companion);
    }

    /** Ends the node without a word. */
    public void kill() {
      alive = false;
      sockets.values().forEach(places::remove);
    }

    private void receive(int socket, Ipv4Address from, byte[] bytes) {
      if (firewall && !wrote.contains(List.<Object>of(socket, from))) {
        return;
      }
      for (Companion companion : companions) {
        if (companion.receive(socket, from, ByteBuffer.wrap(bytes), nowNanos)) {
          return;
        }
      }
      dht.receive(socket, from, ByteBuffer.wrap(bytes), nowNanos);
    }

    private void drain() {
      for (Outgoing next = dht.nextOutgoing(nowNanos);
          alive && next != null;
          next = dht.nextOutgoing(nowNanos)) {
        if (next instanceof Outgoing.Packet packet) {
          wrote.add(List.<Object>of(packet.socket(), packet.to()));
          Ipv4Address from = sockets.get(packet.socket());
          if (from != null && packet.ttl() == Outgoing.TTL) {
            send(from, packet.to(), packet.bytes());
          }
        } else if (next instanceof Outgoing.Open open) {
          bind(open.socket(), freePort(address));
        } else if (next instanceof Outgoing.Close close) {
          places.remove(sockets.remove(close.socket()));
        }
      }
    }

    private long nextTimeoutNanos() {
      long nextNanos = dht.nextTimeoutNanos();
      for (Companion companion : companions) {
        nextNanos = Times.earlier(nextNanos, companion.nextTimeoutNanos());
      }
      return nextNanos;
    }

    private void onTimeout() {
      dht.onTimeout(nowNanos);
      companions.forEach(companion -> companion.onTimeout(nowNanos));
    }
  }

  private long wallMillis() {
    return (nowNanos - START_NANOS + sleptNanos) / 1_000_000;
  }

  private Ipv4Address freePort(Ipv4Address host) {
    int port = FIRST_CLIENT_PORT;
    while (places.containsKey(host.withPort(port))) {
      port++;
    }
    return host.withPort(port);
  }

  /** Adds a node at an address, without starting it. */
  public Node add(DhtOptions options, RequestServer server, Ipv4Address at, boolean firewall) {
    Node node = new Node(options, server, at, firewall);
    nodes.add(node);
    return node;
  }

  /** Returns an address with a host in a /24 where nobody else is. */
  public Ipv4Address freshAddress() {
    int number = ++addresses;
    return new Ipv4Address(20 << 24 | number << 8 | 10, SERVER_PORT);
  }

  /**
   * Adds and starts a network: the first node is told its address, the others bootstrap from it one
   * after the other and become persistent.
   */
  public List<Node> network(int size, RequestServer server) {
    List<Node> made = new ArrayList<>();
    Ipv4Address first = freshAddress();
    made.add(add(DhtOptions.bootstrapper(first), server, first, false));
    made.get(0).start();
    while (made.size() < size) {
      DhtOptions options =
          DhtOptions.joining(List.of(first))
              .persistence(DhtOptions.Persistence.ALWAYS)
              .firewalled(false);
      Node node = add(options, server, freshAddress(), false);
      node.start();
      made.add(node);
      runUntil(node.dht::isBootstrapped, 60_000_000_000L);
    }
    return made;
  }

  /** Adds and starts a peer that is never persistent, and waits for its bootstrap. */
  public Node peer(Node bootstrap, RequestServer server) {
    DhtOptions options =
        DhtOptions.joining(List.of(bootstrap.address)).persistence(DhtOptions.Persistence.NEVER);
    Node node = add(options, server, freshAddress(), true);
    node.start();
    runUntil(node.dht::isBootstrapped, 60_000_000_000L);
    return node;
  }

  /** Has {@code receiver} given every datagram for an address where no node is. */
  public void stranger(Ipv4Address at, Consumer<Flight> receiver) {
    strangers.put(at, receiver);
  }

  /** Puts a datagram on the air, with any source. */
  public void send(Ipv4Address from, Ipv4Address to, byte[] bytes) {
    int copies = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      long span = delayMaxNanos - delayMinNanos + 1;
      long atNanos = nowNanos + delayMinNanos + Math.floorMod(random.nextLong(), span);
      Flight flight = new Flight(from, to, bytes, atNanos, flights++);
      if (records) {
        seen.add(flight);
      }
      if (random.nextDouble() >= loss && !drops.test(flight)) {
        air.add(flight);
      }
    }
  }

  /** Lets time pass. */
  public void run(long nanos) {
    runUntil(() -> false, nanos);
  }

  /** Lets time pass until something is so; returns whether it came to be. */
  public boolean runUntil(BooleanSupplier condition, long nanosMax) {
    long endNanos = nowNanos + nanosMax;
    while (true) {
      nodes.forEach(Node::drain);
      if (condition.getAsBoolean()) {
        return true;
      }
      long nextNanos = nextNanos();
      if (nextNanos == Long.MAX_VALUE || nextNanos - endNanos > 0) {
        nowNanos = endNanos;
        return false;
      }
      if (nextNanos - nowNanos > 0) {
        nowNanos = nextNanos;
      }
      step();
    }
  }

  private long nextNanos() {
    Flight first = air.peek();
    long nextNanos = first == null ? Long.MAX_VALUE : first.atNanos;
    for (Node node : nodes) {
      if (node.alive) {
        nextNanos = Times.earlier(nextNanos, node.nextTimeoutNanos());
      }
    }
    return nextNanos;
  }

  private void step() {
    Flight first = air.peek();
    if (first != null && first.atNanos - nowNanos <= 0) {
      air.remove();
      @Nullable Place place = places.get(first.to);
      if (place != null) {
        place.node.receive(place.socket, first.from, first.bytes);
      } else {
        strangers.getOrDefault(first.to, flight -> {}).accept(first);
      }
      return;
    }
    for (Node node : nodes) {
      if (node.alive && node.nextTimeoutNanos() - nowNanos <= 0) {
        node.onTimeout();
      }
    }
  }
}
