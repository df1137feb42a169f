package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.netty.DatagramDriver;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Swarm} at work: its peer, the sockets and their event loop, and the threads that wait
 * for the disk.
 */
final class RunningSwarm implements LogNetwork.Running {
  private static final Logger LOG = LoggerFactory.getLogger(RunningSwarm.class);
  private static final int DISK_THREADS = 2;
  private static final int PORTS_TRIED = 5;
  private static final long NAMES_AGAIN_NANOS = 10_000_000_000L;

  /** From the last change of the machine until its packets have left. */
  private static final long LAST_WORDS_NANOS = 20_000_000L;

  private static final Duration GOODBYE = Duration.ofSeconds(4);

  private final NamedThreads loopThreads = new NamedThreads("registry-net-loop");
  private final NamedThreads diskThreads = new NamedThreads("registry-net-disk");
  private final DatagramDriver driver = new DatagramDriver(loopThreads);
  private final ExecutorService disk = diskThreads.startPool(DISK_THREADS);
  private final DriverLoop loop = new DriverLoop(driver);
  private final SecureRandom random = new SecureRandom();
  private final NetworkHost host;
  private final SwarmOptions options;
  private final Sharing sharing;
  private final SwarmPeer peer;
  private final LoopCalls calls = new LoopCalls(loop);

  /** How it stood when it was closed; null before that. */
  private volatile @Nullable SwarmStatus lastStatus;

  /** Whether the first look-up of the topics, or a dial that came of it, is under way. */
  private volatile boolean firstRound = true;

  private boolean closed;

  private RunningSwarm(NetworkHost host, SwarmOptions options) throws IOException {
    this.host = host;
    this.options = options;
    SwarmPeer.Places places = bind();
    InstantSource clock = InstantSource.system();
    sharing = new Sharing(host, options.sharing(), random, clock, loop, disk);
    peer = new SwarmPeer(host, options, places, sharing, loop, random, clock);
  }

  /**
   * Binds the sockets and starts.
   *
   * @throws IOException if a socket cannot be bound; nothing is left running then
   */
  static RunningSwarm start(NetworkHost host, SwarmOptions options) throws IOException {
    RunningSwarm running = new RunningSwarm(host, options);
    running.begin();
    return running;
  }

  private SwarmPeer.Places bind() throws IOException {
    try {
      InetSocketAddress any = options.bindTo(0);
      int server = bindServer();
      int client = driver.bind(DhtNode.CLIENT_SOCKET, any);
      String host = any.getAddress().getHostAddress();
      return new SwarmPeer.Places(
          host, server, client, new LocalHosts(any.getAddress(), System::nanoTime));
    } catch (IOException | RuntimeException none) {
      stop();
      throw none;
    }
  }

  /** Binds the wanted port or one of the next four, or else any that is free. */
  private int bindServer() throws IOException {
    int port = options.port();
    for (int tried = 0; tried < PORTS_TRIED && port != 0 && port + tried <= 0xffff; tried++) {
      try {
        return driver.bind(DhtNode.SERVER_SOCKET, options.bindTo(port + tried));
      } catch (BindException taken) {
        LOG.debug("port {} is not free: {}", port + tried, taken.getMessage());
      }
    }
    return driver.bind(DhtNode.SERVER_SOCKET, options.bindTo(0));
  }

  private void begin() {
    driver.start(peer);
    sharing.replicate(List.copyOf(host.logs()));
    loop.execute(
        () -> peer.flush((complete, now) -> loop.execute(this::endFirstRound), loop.nowNanos()));
    lookUpNames();
  }

  private void endFirstRound() {
    firstRound = false;
    host.peersChanged();
  }

  /** {@inheritDoc} That is the time of the first {@link Swarm#flush}. */
  @Override
  public boolean looking() {
    return firstRound || sharing.isOpening();
  }

  /** Looks up where to enter the DHT, again and again while no name is known. */
  private void lookUpNames() {
    NamedThreads.startAlone(
        "registry-net-names",
        () -> {
          List<Ipv4Address> nodes = options.entryNodes();
          loop.execute(() -> enter(nodes));
        });
  }

  private void enter(List<Ipv4Address> nodes) {
    peer.enter(nodes, loop.nowNanos());
    if (nodes.isEmpty()) {
      driver.schedule(this::lookUpNames, NAMES_AGAIN_NANOS);
    }
  }

  void join(Topic topic, Swarm.Role role) {
    loop.execute(() -> peer.join(topic, role, loop.nowNanos()));
  }

  boolean leave(Topic topic, Duration timeout) {
    return await(
        timeout,
        done -> peer.leave(topic, (complete, now) -> done.complete(complete), loop.nowNanos()));
  }

  boolean flush(Duration timeout) {
    return await(
        timeout,
        done ->
            peer.flush(
                (complete, now) -> sharing.whenShown(() -> done.complete(complete)),
                loop.nowNanos()));
  }

  void ban(Key peer) {
    loop.execute(() -> this.peer.ban(peer, loop.nowNanos()));
  }

  void joinPeer(Key peer) {
    loop.execute(() -> this.peer.joinPeer(peer, loop.nowNanos()));
  }

  void leavePeer(Key peer) {
    loop.execute(() -> this.peer.leavePeer(peer, loop.nowNanos()));
  }

  boolean suspend(Duration timeout) {
    return await(
        timeout, done -> peer.suspend((complete, now) -> done.complete(complete), loop.nowNanos()));
  }

  void resume() {
    loop.execute(() -> peer.resume(loop.nowNanos()));
  }

  SwarmStatus status() {
    if (driver.onLoop()) {
      return peer.status(loop.nowNanos());
    }
    SwarmStatus last = lastStatus;
    if (last != null) {
      return last;
    }
    try {
      return calls
          .<SwarmStatus>call(status -> status.complete(peer.status(loop.nowNanos())))
          .join();
    } catch (CancellationException closedMeanwhile) {
      return Objects.requireNonNull(lastStatus);
    }
  }

  /** Asks on the loop for something that takes its time; returns whether it was done in time. */
  private boolean await(Duration timeout, Consumer<CompletableFuture<Boolean>> call) {
    driver.requireOffLoop();
    return calls.await(timeout, call);
  }

  @Override
  public void replicate(Log log) {
    sharing.replicate(List.of(log));
  }

  @Override
  public void notReplicated(Key registryKey) {
    sharing.notReplicated(registryKey);
  }

  /** {@inheritDoc} Returns when nothing of the log is being read or written here any more. */
  @Override
  public void forget(Log log) {
    driver.requireOffLoop();
    calls.finish(forgotten -> sharing.forget(log, () -> forgotten.complete(null), loop.nowNanos()));
  }

  @Override
  public List<PeerState> peers() {
    return sharing.peers();
  }

  /** {@inheritDoc} A swarm's peers are dialled by their key, so it has no such address. */
  @Override
  public List<String> listening() {
    return List.of();
  }

  /** {@inheritDoc} Says goodbye also if the caller is interrupted, who may be so to end it all. */
  @Override
  public synchronized void close() {
    driver.requireOffLoop();
    if (closed) {
      return;
    }
    closed = true;
    try {
      calls.awaitThroughout(
          GOODBYE,
          done -> {
            lastStatus = peer.status(loop.nowNanos());
            peer.leaveAll((complete, now) -> done.complete(complete), loop.nowNanos());
          });
      calls.awaitThroughout(GOODBYE, this::end);
    } finally {
      stop();
    }
  }

  private void end(CompletableFuture<Boolean> done) {
    sharing.close(loop.nowNanos());
    peer.end(loop.nowNanos());
    driver.schedule(() -> done.complete(true), LAST_WORDS_NANOS);
  }

  private void stop() {
    disk.shutdown();
    diskThreads.join();
    driver.close();
    loopThreads.join();
    calls.end();
  }

  /** The driver's thread and the system's clock; what a task changed is sent after it. */
  private record DriverLoop(DatagramDriver driver) implements Loop {
    @Override
    public void execute(Runnable task) {
      driver.execute(
          () -> {
            task.run();
            driver.wake();
          });
    }

    @Override
    public long nowNanos() {
      return System.nanoTime();
    }
  }
}
