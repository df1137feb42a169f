package dev.usernameregistry.testkit;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins registries of one process without sockets: keys are told, heads announced and blocks
 * fetched one by one, in an order that the seed decides, when the test says so. A registry is told
 * of peers and of their heads apart, as by a real network.
 *
 * <p>{@link #settle} and {@link #step} work on the calling thread; {@link #live} has a thread of
 * its own do the same. Safe from any thread.
 */
public final class SimulatedNetwork {
  private final Random random;
  private final List<Direction> directions = new ArrayList<>();
  private final Set<Key> withheld = new HashSet<>();
  private int endpointCount;
  private long connectionCount;

  /** Makes an empty network in which equal seeds and equal calls give equal orders. */
  public SimulatedNetwork(long seed) {
    random = new Random(seed);
  }

  /** Returns a place for one registry, to be given to its builder; it has no peers yet. */
  public synchronized Endpoint endpoint() {
    return new Endpoint(++endpointCount);
  }

  /** Connects two registries that are open. */
  public synchronized void connect(Endpoint one, Endpoint other) {
    Instant at = Instant.ofEpochMilli(++connectionCount);
    directions.add(new Direction(one, other, at, true));
    directions.add(new Direction(other, one, at, false));
    one.host().peersChanged();
    other.host().peersChanged();
  }

  /** Ends all connections between two registries. */
  public synchronized void disconnect(Endpoint one, Endpoint other) {
    directions.removeIf(direction -> direction.joins(one, other));
    one.host().peersChanged();
    other.host().peersChanged();
  }

  /** Has {@code from} say nothing to {@code to} any more. */
  public synchronized void mute(Endpoint from, Endpoint to) {
    directions.stream()
        .filter(direction -> direction.from == from && direction.to == to)
        .forEach(direction -> direction.muted = true);
  }

  /** Has nobody serve the blocks of this log, though they announce it. */
  public synchronized void withhold(Key log) {
    withheld.add(log);
  }

  /** Ends {@link #withhold}. */
  public synchronized void serve(Key log) {
    withheld.remove(log);
  }

  /** Has {@code to} ask {@code from} whether both have the same tree of a log that both have. */
  public synchronized void compare(Endpoint from, Endpoint to, Key log) {
    Log theirs = from.log(log);
    directions.stream()
        .filter(direction -> direction.from == from && direction.to == to)
        .forEach(
            direction ->
                direction.fetch(
                    theirs, to.log(log), null, null, new ProofRequest.Upgrade(0, theirs.length())));
  }

  /** Does everything that there is to do. */
  public void settle() {
    while (step()) {}
  }

  /**
   * Does one thing.
   *
   * @return whether there was any
   */
  public synchronized boolean step() {
    List<BooleanSupplier> possible = new ArrayList<>();
    directions.forEach(direction -> direction.collect(possible));
    Collections.shuffle(possible, random);
    return possible.stream().anyMatch(BooleanSupplier::getAsBoolean);
  }

  /** Has a thread do all there is to do until the returned thing is closed. */
  public AutoCloseable live() {
    Thread thread = new Thread(this::run, "simulated-network");
    thread.setDaemon(true);
    thread.start();
    return () -> {
      thread.interrupt();
      thread.join();
    };
  }

  private synchronized void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (!step()) {
          wait(1);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where one registry is joined to the others. */
  public final class Endpoint implements LogNetwork, LogNetwork.Running {
    private final String address;
    private final Map<Key, Log> logs = new LinkedHashMap<>();
    private @Nullable NetworkHost host;
    private volatile boolean looking;

    Endpoint(int number) {
      address = "simulated:" + number;
    }

    @Override
    public Running start(NetworkHost starting) {
      synchronized (SimulatedNetwork.this) {
        host = starting;
        starting.logs().forEach(this::replicate);
        return this;
      }
    }

    @Override
    public void replicate(Log log) {
      synchronized (SimulatedNetwork.this) {
        logs.put(log.key(), log);
      }
    }

    @Override
    public void forget(Log log) {
      synchronized (SimulatedNetwork.this) {
        logs.remove(log.key());
        directions.forEach(direction -> direction.announced.remove(log.key()));
      }
    }

    @Override
    public List<PeerState> peers() {
      synchronized (SimulatedNetwork.this) {
        return directions.stream()
            .filter(direction -> direction.to == this)
            .map(Direction::peerState)
            .toList();
      }
    }

    @Override
    public List<String> listening() {
      return List.of(address);
    }

    @Override
    public boolean looking() {
      return looking;
    }

    /** Sets whether this end is said to look for its first peers. */
    public void look(boolean whether) {
      looking = whether;
      NetworkHost told = host;
      if (told != null) {
        told.peersChanged();
      }
    }

    @Override
    public void close() {
      synchronized (SimulatedNetwork.this) {
        List<Endpoint> left =
            directions.stream().filter(d -> d.from == this).map(d -> d.to).toList();
        directions.removeIf(direction -> direction.from == this || direction.to == this);
        left.forEach(endpoint -> endpoint.host().peersChanged());
        logs.clear();
      }
    }

    /** Returns the log of the registry that is open here. */
    public Log ownLog() {
      return host().ownLog();
    }

    Log log(Key key) {
      Log log = logs.get(key);
      if (log == null) {
        throw new IllegalStateException("no log " + key + " at " + address);
      }
      return log;
    }

    NetworkHost host() {
      if (host == null) {
        throw new IllegalStateException("the registry at " + address + " is not open");
      }
      return host;
    }
  }

  /** What goes from one registry to another over one connection. */
  private final class Direction {
    private final Endpoint from;
    private final Endpoint to;
    private final Instant since;
    private final boolean initiator;
    private final Map<Key, PeerState.RemoteHead> announced = new HashMap<>();
    private boolean told;
    private boolean muted;

    Direction(Endpoint from, Endpoint to, Instant since, boolean initiator) {
      this.from = from;
      this.to = to;
      this.since = since;
      this.initiator = initiator;
    }

    boolean joins(Endpoint one, Endpoint other) {
      return (from == one && to == other) || (from == other && to == one);
    }

    PeerState peerState() {
      return peerState(announced);
    }

    private PeerState peerState(Map<Key, PeerState.RemoteHead> heads) {
      return new PeerState(
          from.host().identity().publicKey(),
          from.address,
          !initiator,
          since,
          told ? Optional.of(from.host().ownLog().key()) : Optional.empty(),
          true,
          heads);
    }

    void collect(List<BooleanSupplier> possible) {
      if (muted) {
        return;
      }
      if (!told) {
        possible.add(this::tell);
      }
      for (Log log : from.logs.values()) {
        Log copy = to.logs.get(log.key());
        if (copy != null && !head(log).equals(announced.get(log.key()))) {
          possible.add(() -> announce(log));
        } else if (copy != null && !withheld.contains(log.key())) {
          collectFetch(log, copy, possible);
        }
      }
    }

    private boolean tell() {
      told = true;
      to.host().registryTold(peerState(), from.host().ownLog().key());
      return true;
    }

    private boolean announce(Log log) {
      announced.put(log.key(), head(log));
      to.host().headsChanged(List.of(peerState(Map.of(log.key(), head(log)))));
      return true;
    }

    private void collectFetch(Log log, Log copy, List<BooleanSupplier> possible) {
      if (copy.fork() < log.fork()) {
        possible.add(() -> follow(log, copy));
      } else if (copy.fork() == log.fork() && copy.length() < log.length()) {
        ProofRequest.Upgrade upgrade =
            new ProofRequest.Upgrade(copy.length(), log.length() - copy.length());
        possible.add(() -> fetch(log, copy, null, null, upgrade) != null);
      } else if (copy.fork() == log.fork() && copy.length() == log.length()) {
        long start = copy.length() == 0 ? 0 : random.nextLong(copy.length());
        long block = firstServed(log, copy, start);
        if (block >= 0) {
          possible.add(() -> fetchBlock(log, copy, block));
        }
      }
    }

    private long firstServed(Log log, Log copy, long start) {
      for (long i = 0; i < copy.length(); i++) {
        long block = (start + i) % copy.length();
        if (!copy.has(block) && log.has(block)) {
          return block;
        }
      }
      return -1;
    }

    private boolean fetchBlock(Log log, Log copy, long block) {
      try {
        return fetch(log, copy, copy.wanted(block), null, null) != null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private boolean follow(Log log, Log copy) {
      ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, log.length());
      @Nullable Applied applied = fetch(log, copy, null, null, all);
      while (applied instanceof Applied.Following following) {
        applied = fetch(log, copy, null, following.question(), null);
      }
      return applied != null;
    }

    /** Asks for a proof and applies it; null if it is not available, as a copy may be sparse. */
    private @Nullable Applied fetch(
        Log log,
        Log copy,
        ProofRequest.@Nullable Block block,
        ProofRequest.@Nullable Hash hash,
        ProofRequest.@Nullable Upgrade upgrade) {
      try {
        Made made =
            log.prove(
                new ProofRequest(1, log.fork(), block, hash, null, upgrade, upgrade != null, 0));
        if (made instanceof Made.Ready ready) {
          Proof proof = ready.proof();
          return copy.apply(proof);
        }
        if (made instanceof Made.Refused refused && refused.reason() == Made.Reason.NOT_AVAILABLE) {
          return null;
        }
        throw new AssertionError("a request that no peer can answer: " + made);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static PeerState.RemoteHead head(Log log) {
      return new PeerState.RemoteHead(log.length(), log.fork(), Optional.empty());
    }
  }
}
