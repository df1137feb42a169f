package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtListener;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.netty.DatagramDriver;
import dev.usernameregistry.net.peering.PeeringOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A whole DHT in this process, for demos, tests and machines without internet: a bootstrap node and
 * enough nodes that store.
 *
 * <pre>{@code
 * try (LocalDht dht = LocalDht.start()) {
 *   Swarm swarm = Swarm.onTopic(topic).bootstrap(dht.bootstrap());
 * }
 * }</pre>
 *
 * <p>Runs one thread, a daemon whose name begins with {@code registry-net}. Safe from any thread.
 */
public final class LocalDht implements AutoCloseable {
  /** Nodes unless told: the first, and four that store (three are the least that work). */
  public static final int NODES_DEFAULT = 5;

  private static final int NODES_MIN = 4;
  private static final int NODES_MAX = 100;
  private static final Duration READY = Duration.ofSeconds(20);

  private final NamedThreads threads = new NamedThreads("registry-net-dht");
  private final DatagramDriver driver = new DatagramDriver(threads);
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  /** Nodes of a DHT that runs elsewhere; empty if this one is whole. */
  private final List<Ipv4Address> entry;

  private LocalDht(List<Ipv4Address> entry) {
    this.entry = entry;
  }

  /**
   * Starts a DHT on free ports of 127.0.0.1, and waits until all its nodes are ready.
   *
   * @throws IOException if no socket can be bound; an {@link InterruptedIOException} if the thread
   *     is interrupted, which stays noted on it
   */
  public static LocalDht start() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    return start(new InetSocketAddress(loopback, 0), NODES_DEFAULT);
  }

  /**
   * Starts a DHT, and waits until all its nodes are ready.
   *
   * @param first where the bootstrap node is bound, under the address by which others know it; the
   *     other nodes are on free ports of the same host. With port 0 it is on a free port too
   * @param nodes how many, from 4 to 100
   * @throws IOException if a socket cannot be bound, or the nodes do not find each other; an {@link
   *     InterruptedIOException} if the thread is interrupted, which stays noted on it
   * @throws IllegalArgumentException if {@code nodes} is out of range, or {@code first} is not one
   *     IPv4 address
   */
  public static LocalDht start(InetSocketAddress first, int nodes) throws IOException {
    return start(first, nodes, NODES_MIN, List.of());
  }

  /**
   * Adds nodes to a DHT that runs elsewhere, and waits until all of them are ready.
   *
   * @param first where the first node is bound, as of {@link #start(InetSocketAddress, int)}
   * @param nodes how many, from 1 to 100
   * @param entry nodes through which the DHT is entered, at least one
   * @throws IOException if a socket cannot be bound, no name of {@code entry} is known, or no node
   *     there answers in 20 seconds; an {@link InterruptedIOException} if the thread is
   *     interrupted, which stays noted on it
   * @throws IllegalArgumentException if a parameter is out of range
   */
  public static LocalDht join(InetSocketAddress first, int nodes, List<InetSocketAddress> entry)
      throws IOException {
    if (entry.isEmpty()) {
      throw new IllegalArgumentException("no node through which the DHT is entered");
    }
    List<Ipv4Address> found = EntryNodes.resolve(entry);
    if (found.isEmpty()) {
      throw new IOException("none of the names in " + entry + " is known");
    }
    return start(first, nodes, 1, found);
  }

  private static LocalDht start(
      InetSocketAddress first, int nodes, int nodesMin, List<Ipv4Address> entry)
      throws IOException {
    if (nodes < nodesMin || nodes > NODES_MAX) {
      throw new IllegalArgumentException(
          nodes + " nodes, from " + nodesMin + " to " + NODES_MAX + " work");
    }
    if (!(first.getAddress() instanceof Inet4Address) || first.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(first + " is not the IPv4 address of one interface");
    }
    LocalDht dht = new LocalDht(entry);
    try {
      dht.run(first, nodes);
      return dht;
    } catch (IOException | RuntimeException e) {
      dht.close();
      throw e;
    }
  }

  private void run(InetSocketAddress first, int count) throws IOException {
    int[] clientPorts = new int[count];
    for (int i = 0; i < count; i++) {
      InetSocketAddress wanted = i == 0 ? first : new InetSocketAddress(first.getAddress(), 0);
      int port = driver.bind(NodeGroup.SOCKETS * i + DhtNode.SERVER_SOCKET, wanted);
      addresses.add(new InetSocketAddress(first.getAddress(), port));
      clientPorts[i] =
          driver.bind(
              NodeGroup.SOCKETS * i + DhtNode.CLIENT_SOCKET,
              new InetSocketAddress(first.getAddress(), 0));
    }
    CompletableFuture<Void> ready = new CompletableFuture<>();
    driver.execute(() -> startNodes(clientPorts, ready));
    try {
      ready.get(READY.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "the nodes found no other node of the DHT within "
              + READY.toSeconds()
              + " s"
              + (entry.isEmpty() ? "" : "; check that one runs there, and that UDP gets through"),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a DHT started");
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts the nodes one after the other, so that each finds all before it. */
  private void startNodes(int[] clientPorts, CompletableFuture<Void> ready) {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < clientPorts.length; i++) {
      Ipv4Address own = address(addresses.get(i));
      DhtOptions options =
          i == 0 && entry.isEmpty()
              ? DhtOptions.bootstrapper(own)
              : DhtOptions.joining(entry.isEmpty() ? List.of(address(bootstrap())) : entry)
                  .persistence(DhtOptions.Persistence.ALWAYS)
                  .firewalled(false)
                  .publicAddress(own);
      byte[] seed = new byte[KeyPair.SEED_BYTES];
      random.nextBytes(seed);
      PeeringOptions local = PeeringOptions.of(List.of(own.host()));
      nodes.add(new Node(options, local, KeyPair.fromSeed(seed), random, clock, System.nanoTime()));
    }
    driver.start(new NodeGroup(nodes));
    startNode(nodes, 0, clientPorts, ready);
  }

  private void startNode(
      List<Node> nodes, int i, int[] clientPorts, CompletableFuture<Void> ready) {
    if (i == nodes.size()) {
      ready.complete(null);
      return;
    }
    DhtNode dht = nodes.get(i).dht();
    dht.addListener(
        (event, now) -> {
          if (event == DhtListener.Event.BOOTSTRAPPED && hasCompany(dht)) {
            driver.execute(() -> startNode(nodes, i + 1, clientPorts, ready));
          }
        });
    dht.start(addresses.get(i).getPort(), clientPorts[i], System.nanoTime());
    driver.wake();
  }

  /** Returns whether a node that needs others to begin with has found some. */
  private boolean hasCompany(DhtNode node) {
    return entry.isEmpty() || node.statistics().tableSize() > 0;
  }

  private static Ipv4Address address(InetSocketAddress address) {
    return Ipv4Address.of(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Returns the address of the first node, through which the DHT can be entered. */
  public InetSocketAddress bootstrap() {
    return addresses.get(0);
  }

  /** Returns the addresses of all nodes, the bootstrap node first. */
  public List<InetSocketAddress> nodes() {
    return List.copyOf(addresses);
  }

  /** Stops all nodes, and returns when their thread and sockets are gone. */
  @Override
  public void close() {
    driver.close();
    threads.join();
  }
}
