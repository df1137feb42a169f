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
  private static final Duration READY = Duration.ofSeconds(20);

  private final NamedThreads threads = new NamedThreads("registry-net-dht");
  private final DatagramDriver driver = new DatagramDriver(threads);
  private final List<InetSocketAddress> addresses = new ArrayList<>();

  private LocalDht() {}

  /**
   * Starts a DHT on free ports of 127.0.0.1, and waits until all its nodes are ready.
   *
   * @throws IOException if no socket can be bound
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
   * @throws IOException if a socket cannot be bound, or the nodes do not find each other
   * @throws IllegalArgumentException if {@code nodes} is out of range, or {@code first} is not one
   *     IPv4 address
   */
  public static LocalDht start(InetSocketAddress first, int nodes) throws IOException {
    if (nodes < NODES_MIN || nodes > 100) {
      throw new IllegalArgumentException(nodes + " nodes, from " + NODES_MIN + " to 100 work");
    }
    if (!(first.getAddress() instanceof Inet4Address) || first.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(first + " is not the IPv4 address of one interface");
    }
    LocalDht dht = new LocalDht();
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
      throw new IOException("the nodes of the DHT on " + first + " did not find each other", e);
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
          i == 0
              ? DhtOptions.bootstrapper(own)
              : DhtOptions.joining(List.of(address(addresses.get(0))))
                  .persistence(DhtOptions.Persistence.ALWAYS)
                  .firewalled(false)
                  .publicAddress(own);
      byte[] seed = new byte[KeyPair.SEED_BYTES];
      random.nextBytes(seed);
      PeeringOptions local = new PeeringOptions(List.of(own.host()));
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
          if (event == DhtListener.Event.BOOTSTRAPPED) {
            driver.execute(() -> startNode(nodes, i + 1, clientPorts, ready));
          }
        });
    dht.start(addresses.get(i).getPort(), clientPorts[i], System.nanoTime());
    driver.wake();
  }

  private static Ipv4Address address(InetSocketAddress address) {
    return Ipv4Address.of(address.getAddress().getHostAddress(), address.getPort());
  }

  /** Returns the address of the bootstrap node. */
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
