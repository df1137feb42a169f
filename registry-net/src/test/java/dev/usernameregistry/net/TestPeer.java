package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A peer with logs and nothing above them: follows every registry that it is told of. */
public final class TestPeer implements NetworkHost, LogListener, AutoCloseable {
  /** The registries that this peer was told of, each as often as it was. */
  public final List<Key> told = new CopyOnWriteArrayList<>();

  /** What this peer was told of heads that others announced. */
  public final List<PeerState> news = new CopyOnWriteArrayList<>();

  private final LogStore store;
  private final Log own;
  private final KeyPair identity;
  private final List<Log> logs = new CopyOnWriteArrayList<>();
  private volatile LogNetwork.@Nullable Running running;
  private Consumer<Log> followed = log -> {};
  private Runnable peersListener = () -> {};

  /** The registries that others introduced, each as often as this peer was asked about it. */
  public final List<Key> introduced = new CopyOnWriteArrayList<>();

  private final Set<Key> onlyIntroduced = ConcurrentHashMap.newKeySet();
  private boolean introduces;

  /** Whether logs that peers tell of are opened and fetched. */
  private final boolean follows;

  public TestPeer(int number, Storage storage, boolean follows) {
    this.follows = follows;
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) number);
    try {
      store = LogStore.open(storage, Key.of(seed));
      own = store.open("registry");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    identity = KeyPair.fromSeed(seed);
    add(own);
  }

  public TestPeer(int number) {
    this(number, new MemoryStorage(), true);
  }

  /**
   * Has it introduce to peers what it knows, and follow what they introduce. To be called first.
   */
  public TestPeer introducing() {
    introduces = true;
    return this;
  }

  /** Starts the network; connects with the given ports of this machine. */
  public TestPeer start(int... ports) {
    TcpNetwork.Builder builder = TcpNetwork.builder().listen("127.0.0.1", 0);
    for (int port : ports) {
      builder.connect("127.0.0.1", port);
    }
    return start(builder.build());
  }

  public TestPeer start(LogNetwork network) {
    try {
      LogNetwork.Running started = network.start(this);
      running = started;
      logs.forEach(started::replicate); // those followed meanwhile; the others are known there
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public LogNetwork.Running running() {
    LogNetwork.Running started = running;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  public int port() {
    String address = running().listening().get(0);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Opens a log by its key, or returns the one that is open, and fetches it. */
  public synchronized Log follow(Key key) {
    boolean wasOnlyIntroduced = onlyIntroduced.remove(key);
    for (Log log : logs) {
      if (log.key().equals(key)) {
        if (wasOnlyIntroduced) {
          running().replicate(log);
        }
        return log;
      }
    }
    return fetch(open(key));
  }

  /** Opens another log of our own, and offers it. */
  public Log create(String name) {
    try {
      return fetch(store.open(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Log open(Key key) {
    try {
      return store.open(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has {@code listener} told of each log that is fetched from now on. */
  public void onFollow(Consumer<Log> listener) {
    followed = listener;
  }

  private Log fetch(Log log) {
    add(log);
    followed.accept(log);
    LogNetwork.Running started = running;
    if (started != null) {
      started.replicate(log);
    }
    return log;
  }

  private void add(Log log) {
    log.addListener(this);
    logs.add(log);
  }

  public void append(String... values) {
    append(own, values);
  }

  public void append(Log log, String... values) {
    List<byte[]> blocks = new ArrayList<>();
    for (String value : values) {
      blocks.add(value.getBytes(StandardCharsets.UTF_8));
    }
    try {
      log.append(blocks);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until all of {@code length} blocks of a log are here. */
  public Log await(Key key, long length) {
    Waiting.until(
        () -> find(key) != null && follow(key).contiguousLength() == length,
        () -> "log " + find(key) + " of " + told + ", peers " + running().peers());
    return follow(key);
  }

  /** Waits until {@code count} peers are connected and have told their registry. */
  public List<PeerState> awaitPeers(int count) {
    Waiting.until(
        () ->
            running().peers().size() == count
                && running().peers().stream().allMatch(p -> p.registryKey().isPresent()),
        () -> "peers " + running().peers());
    return running().peers();
  }

  private @Nullable String find(Key key) {
    for (Log log : logs) {
      if (log.key().equals(key)) {
        return log.contiguousLength() + "/" + log.length();
      }
    }
    return null;
  }

  public static String text(Log log, long block) {
    try {
      return new String(log.get(block), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public KeyPair identity() {
    return identity;
  }

  @Override
  public Log ownLog() {
    return own;
  }

  public Key key() {
    return own.key();
  }

  @Override
  public Collection<Log> logs() {
    return logs;
  }

  @Override
  public void registryTold(PeerState peer, Key registryKey) {
    told.add(registryKey);
    if (follows) {
      follow(registryKey);
    }
    Waiting.happened();
  }

  @Override
  public boolean introduces() {
    return introduces;
  }

  @Override
  public Set<Key> registriesIntroduced(PeerState peer, List<Key> registryKeys) {
    if (!peer.heads().isEmpty()) {
      throw new AssertionError("it takes long to copy them each time");
    }
    introduced.addAll(registryKeys);
    for (Key key : registryKeys) {
      if (find(key) == null) {
        onlyIntroduced.add(key);
        fetch(open(key));
      }
    }
    return Set.copyOf(registryKeys);
  }

  @Override
  public boolean isOnlyIntroduced(Key registryKey) {
    return onlyIntroduced.contains(registryKey);
  }

  /** Runs {@code listener} whenever this peer is told that other peers are there. */
  public void whenPeersChange(Runnable listener) {
    peersListener = listener;
  }

  @Override
  public void peersChanged() {
    peersListener.run();
    Waiting.happened();
  }

  @Override
  public void headsChanged(List<PeerState> announced) {
    news.addAll(announced);
    Waiting.happened();
  }

  @Override
  public void lengthened(Log log, long previousLength) {
    Waiting.happened();
  }

  @Override
  public void stored(Log log, long start, long length) {
    Waiting.happened();
  }

  @Override
  public void truncated(Log log, long length, long previousLength) {
    Waiting.happened();
  }

  @Override
  public void close() {
    LogNetwork.Running started = running;
    if (started != null) {
      started.close();
    }
  }

  public static String[] numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
