package dev.usernameregistry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

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

  private LocalDht() {}

  /**
   * Starts a DHT on free ports of 127.0.0.1, and waits until all its nodes are ready.
   *
   * @throws IOException if no socket can be bound
   */
  public static LocalDht start() throws IOException {
    return start(new InetSocketAddress("127.0.0.1", 0), NODES_DEFAULT);
  }

  /**
   * Starts a DHT, and waits until all its nodes are ready.
   *
   * @param first where the bootstrap node is bound; others are on free ports of the same host. With
   *     port 0 it is on a free port too
   * @param nodes how many, at least 4
   * @throws IOException if a socket cannot be bound
   */
  public static LocalDht start(InetSocketAddress first, int nodes) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the address of the bootstrap node. */
  public InetSocketAddress bootstrap() {
    throw new UnsupportedOperationException();
  }

  /** Returns the addresses of all nodes, the bootstrap node first. */
  public List<InetSocketAddress> nodes() {
    throw new UnsupportedOperationException();
  }

  /** Stops all nodes, and returns when their thread and sockets are gone. */
  @Override
  public void close() {}
}
