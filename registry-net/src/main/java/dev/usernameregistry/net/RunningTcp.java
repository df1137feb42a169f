package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.netty.TcpDriver;
import dev.usernameregistry.net.sharing.Loop;
import dev.usernameregistry.net.sharing.Sharing;
import dev.usernameregistry.net.sharing.SharingOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link TcpNetwork} at work: what it shares, its event loop, and the threads that wait for the
 * disk.
 */
final class RunningTcp implements LogNetwork.Running {
  private static final Logger LOG = LoggerFactory.getLogger(RunningTcp.class);
  private static final int DISK_THREADS_MAX = 4;
  private static final long FIRST_REDIAL_NANOS = 250_000_000L;
  private static final long LAST_REDIAL_NANOS = 30_000_000_000L;

  private final NamedThreads loopThreads = new NamedThreads("registry-net-loop");
  private final NamedThreads diskThreads = new NamedThreads("registry-net-disk");
  private final NamedThreads listenerThreads = new NamedThreads("registry-net-listener");
  private final ExecutorService listenerThread = Executors.newSingleThreadExecutor(listenerThreads);
  private final TcpDriver driver = new TcpDriver(loopThreads);
  private final DriverLoop loop = new DriverLoop(driver);
  private final LoopCalls calls = new LoopCalls(loop);
  private final ExecutorService disk;
  private final Sharing sharing;
  private final SecureRandom random;
  private final List<String> listening = new CopyOnWriteArrayList<>();
  private final List<Dialling> diallings = new CopyOnWriteArrayList<>();
  private final NetworkHost host;
  private final List<Consumer<TcpNetwork.Dial>> listeners;

  /** Addresses to dial of which no attempt has come to anything yet. */
  private final AtomicLong untried = new AtomicLong();

  /** Written under this object's monitor. */
  private volatile boolean closed;

  /**
   * Starts the threads and offers the host's logs.
   *
   * @param listeners are told how it stands with the addresses to dial
   */
  RunningTcp(
      NetworkHost host,
      SharingOptions options,
      SecureRandom random,
      InstantSource clock,
      List<Consumer<TcpNetwork.Dial>> listeners) {
    this.host = host;
    this.listeners = listeners;
    this.random = random;
    int threads = Math.min(DISK_THREADS_MAX, Runtime.getRuntime().availableProcessors());
    disk = diskThreads.startPool(Math.max(2, threads));
    sharing = new Sharing(host, options, random, clock, loop, disk);
    sharing.replicate(List.copyOf(host.logs()));
  }

  void listen(List<Address> addresses) throws IOException {
    for (Address address : addresses) {
      InetSocketAddress found = address.resolve();
      if (found.isUnresolved()) {
        throw new IOException("cannot listen on " + address + ": the name is not known");
      }
      InetSocketAddress bound = driver.listen(found, sharing::accept);
      listening.add(new Address(address.host(), bound.getPort()).toString());
    }
  }

  void dial(List<Address> addresses) {
    untried.addAndGet(addresses.size());
    for (Address address : addresses) {
      Backoff backoff = new Backoff(FIRST_REDIAL_NANOS, LAST_REDIAL_NANOS, random);
      Dialling dialling =
          new Dialling(address, driver, sharing, RunningTcp::lookUp, backoff, new Dialled());
      diallings.add(dialling);
      driver.execute(dialling::dial);
    }
  }

  /** Not on the threads for the disk: those must not stand still, nor closing wait, for names. */
  private static void lookUp(Runnable task) {
    NamedThreads.startAlone("registry-net-names", task);
  }

  /** Passes on how it goes with one address to dial. */
  private final class Dialled implements Dialling.Listener {
    /** What listeners are told next, so that no more than this waits for slow ones; or null. */
    private final AtomicReference<TcpNetwork.@Nullable Dial> newest = new AtomicReference<>();

    @Override
    public void tried() {
      untried.decrementAndGet();
      host.peersChanged();
    }

    @Override
    public void changed(TcpNetwork.Dial now) {
      if (listeners.isEmpty() || newest.getAndSet(now) != null) {
        return; // nobody listens, or will be told this instead of what waited
      }
      try {
        listenerThread.execute(this::tellNewest);
      } catch (RejectedExecutionException | OutOfMemoryError refused) { // or no thread for it
        newest.set(null);
        LOG.debug("not told: {}, closing or without a thread", now, refused);
      }
    }

    private void tellNewest() {
      TcpNetwork.Dial now = newest.getAndSet(null);
      if (now != null) {
        listeners.forEach(listener -> tell(listener, now));
      }
    }
  }

  private void tell(Consumer<TcpNetwork.Dial> listener, TcpNetwork.Dial now) {
    if (closed) {
      return;
    }
    try {
      listener.accept(now);
    } catch (RuntimeException | Error thrown) {
      LOG.warn("listener {} failed; the others and the network go on", listener, thrown);
    }
  }

  List<TcpNetwork.Dial> dials() {
    return diallings.stream().map(Dialling::state).toList();
  }

  @Override
  public boolean looking() {
    return untried.get() > 0 || sharing.isOpening();
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

  @Override
  public List<String> listening() {
    return List.copyOf(listening);
  }

  /** {@inheritDoc} A listener that it waits for may still call this network. */
  @Override
  public void close() {
    driver.requireOffLoop();
    try {
      closeNetwork();
    } finally {
      listenerThread.shutdown();
      listenerThreads.join();
    }
  }

  private synchronized void closeNetwork() {
    if (closed) {
      return;
    }
    closed = true;
    listening.clear();
    try {
      calls.finish(
          left -> {
            sharing.close(loop.nowNanos());
            left.complete(null);
          });
    } finally {
      disk.shutdown();
      diskThreads.join();
      driver.close();
      loopThreads.join();
      calls.end();
    }
  }

  /** The driver's thread and the system's clock. */
  private record DriverLoop(TcpDriver driver) implements Loop {
    @Override
    public void execute(Runnable task) {
      driver.execute(task);
    }

    @Override
    public long nowNanos() {
      return System.nanoTime();
    }
  }
}
