package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry as its network sees it. What the network tells is noted on its thread and looked at
 * on the registry's own.
 */
final class RegistryHost implements NetworkHost {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryHost.class);
  private static final String JUST_FOUND = "it was just found, and nothing of it is here yet";

  private final KeyPair identity;
  private final KnownRegistries known;
  private final Follower follower;
  private final PeerSync sync;
  private final Listeners listeners;
  private final Executor worker;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile LogNetwork.@Nullable Running running;

  /** Held while a registry is added or forgotten, with all that takes part in it. */
  private final Object changing = new Object();

  private final ToldRegistries told;
  private final boolean introduces;
  private final Missing.PeerNews news = new Missing.PeerNews();

  /** The peers that listeners were told of. Used by the worker only. */
  private Map<ToldRegistries.Connection, PeerState> shown = Map.of();

  /** What the shown peers announced since then. Used by the worker only. */
  private final Set<Key> announcedSince = new HashSet<>();

  RegistryHost(
      KeyPair identity,
      KnownRegistries known,
      Follower follower,
      PeerSync sync,
      Listeners listeners,
      Executor worker,
      boolean introduces) {
    this.identity = identity;
    this.known = known;
    this.follower = follower;
    this.sync = sync;
    this.listeners = listeners;
    this.worker = worker;
    this.introduces = introduces;
    this.told = new ToldRegistries(known);
  }

  /** Starts {@code network}; what it told before it was known here is looked at then. */
  void start(LogNetwork network) throws IOException {
    running = network.start(this);
    peersChanged();
  }

  /** Returns the connected peers; none without a network. */
  List<PeerState> peers() {
    LogNetwork.Running network = running;
    return network == null ? List.of() : network.peers();
  }

  /** Returns whether there is a network that may bring peers. */
  boolean hasNetwork() {
    return running != null;
  }

  /** See {@link LogNetwork.Running#looking}; false without a network. */
  boolean looking() {
    LogNetwork.Running network = running;
    return network != null && network.looking();
  }

  List<String> listening() {
    LogNetwork.Running network = running;
    return network == null ? List.of() : network.listening();
  }

  /**
   * Adds a registry if it is not known, and has it fetched. Waits for the disk. If the network
   * throws, nothing is added.
   *
   * @throws IllegalStateException if there are too many
   */
  void add(Key key) throws IOException {
    addOrThrow(key, known::add);
  }

  private void addOrThrow(Key key, Adding how) throws IOException {
    synchronized (changing) {
      boolean wasOnlyIntroduced = known.isOnlyIntroduced(key);
      Optional<KnownRegistry> added = how.add(key);
      if (added.isPresent()) {
        begin(added.get());
      } else if (wasOnlyIntroduced && !known.isOnlyIntroduced(key)) {
        known.find(key).ifPresent(one -> withNetwork(network -> network.replicate(one.log)));
      }
    }
  }

  private void begin(KnownRegistry registry) throws IOException {
    try {
      withNetwork(network -> network.replicate(registry.log));
    } catch (RuntimeException failed) {
      undo(failed, () -> known.drop(registry));
      throw failed;
    }
    RegistryInfo info = registry.info(RegistryInfo.State.UNCONFIRMED, JUST_FOUND);
    listeners.tell(one -> one.registryFound(info));
    follower.begin(registry);
    Log log = registry.log; // it may have come to a conflict before the follower listened
    log.evidence().ifPresent(evidence -> follower.conflict(log, evidence));
    sync.changed();
  }

  /**
   * Forgets a registry and all that is stored of it, if it is stale. Waits for the disk. If the
   * network throws, nothing is forgotten. If the disk fails, the registry stays, with what is left
   * of it: what is not is fetched and followed anew. If what is left cannot be read either, it is
   * not known until this registry is opened again.
   *
   * @return whether it was; see {@link KnownRegistries#removeIfStale}
   */
  boolean forgetIfStale(KnownRegistry registry, Instant now, Duration age) throws IOException {
    return forgetIf(registry, one -> known.removeIfStale(one, now, age));
  }

  private boolean forgetIf(KnownRegistry registry, Predicate<KnownRegistry> removed)
      throws IOException {
    synchronized (changing) {
      boolean isRemoved = removed.test(registry);
      if (isRemoved) {
        forgetRemoved(registry, false);
      }
      return isRemoved;
    }
  }

  /**
   * Forgets a registry of others as {@link #forgetIfStale} does, stale or not. If a peer tells that
   * it is its own, it is added anew; not if others introduce it.
   *
   * @return what it was; empty if there is none
   */
  Optional<KnownRegistry> forget(Key key) throws IOException {
    Optional<KnownRegistry> removed;
    synchronized (changing) {
      removed = known.remove(key);
      if (removed.isPresent()) {
        forgetRemoved(removed.get(), true);
      }
    }
    peersChanged(); // what peers have announced of it is of no known registry any more
    return removed;
  }

  private void forgetRemoved(KnownRegistry registry, boolean refuse) throws IOException {
    try {
      withNetwork(network -> network.forget(registry.log));
    } catch (RuntimeException e) {
      known.putBack(registry);
      sync.outdate(); // what was announced meanwhile was of no known registry
      throw e;
    }
    follower.end(registry);
    try {
      known.forget(registry, refuse);
    } catch (IOException | RuntimeException failed) {
      undo(failed, () -> restore(known.openAgain(registry)));
      throw failed;
    }
  }

  private void restore(KnownRegistry left) {
    sync.outdate();
    follower.begin(left);
    withNetwork(network -> network.replicate(left.log));
  }

  private interface Step {
    void take() throws IOException;
  }

  /** Takes the step back after {@code failed}, which has it if that fails too. */
  private static void undo(Exception failed, Step back) {
    try {
      back.take();
    } catch (IOException | RuntimeException again) {
      failed.addSuppressed(again);
    }
  }

  void close() {
    withNetwork(LogNetwork.Running::close);
  }

  @Override
  public KeyPair identity() {
    return identity;
  }

  @Override
  public Log ownLog() {
    return known.own().log;
  }

  @Override
  public Collection<Log> logs() {
    return known.all().stream().map(registry -> registry.log).toList();
  }

  @Override
  public void registryTold(PeerState peer, Key registryKey) {
    told.own(registryKey);
    peersChanged();
  }

  @Override
  public boolean introduces() {
    return introduces;
  }

  @Override
  public Set<Key> registriesIntroduced(PeerState peer, List<Key> registryKeys) {
    Set<Key> wanted = told.introduced(peer, registryKeys);
    schedule();
    return wanted;
  }

  @Override
  public boolean isOnlyIntroduced(Key registryKey) {
    return known.isOnlyIntroduced(registryKey);
  }

  @Override
  public void peersChanged() {
    sync.outdate();
    news.outdate();
    schedule();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Looks at these heads only: a look at all heads for each that comes would take a time that
   * grows with the square of their number. But if more comes than can be looked at, all are.
   */
  @Override
  public void headsChanged(List<PeerState> announced) {
    sync.announced(announced);
    news.add(announced);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        worker.execute(this::look);
      } catch (RejectedExecutionException | OutOfMemoryError refused) { // or no thread for it
        scheduled.set(false);
        LOG.error("what the peers told is looked at when they tell more", refused);
        sync.peersChanged(); // whatever it was, those who wait look at it themselves
      }
    }
  }

  private void look() {
    scheduled.set(false);
    if (running == null) {
      return;
    }
    boolean all = true; // whatever fails, those who wait look again
    boolean done = false;
    try {
      addIntroduced();
      lookAtNews();
      all = news.takeOutdated();
      if (all) {
        lookAtAll(sync.connected());
      }
      sync.note();
      done = true;
    } catch (IOException | RuntimeException broken) {
      LOG.error("what the peers told cannot be stored", broken);
    } finally {
      if (!done) {
        news.outdate(); // what was not shown is, when more is told
      }
      if (all) {
        sync.peersChanged();
      } else {
        sync.changed();
      }
      listeners.flush();
    }
  }

  private void lookAtNews() throws IOException {
    List<PeerState> peers = news.take();
    known.seen(ToldRegistries.seen(peers));
    peers.forEach(peer -> announcedSince.addAll(peer.heads().keySet()));
  }

  private void lookAtAll(List<PeerState> peers) throws IOException {
    addTold(peers);
    known.seen(announcedSince);
    known.seen(ToldRegistries.seen(shown.values()));
    known.seen(ToldRegistries.seen(peers));
    announcedSince.clear();
    showPeers(peers);
    for (KnownRegistry registry : told.abandoned(shown.keySet())) {
      if (forgetIf(registry, known::removeIfOnlyIntroduced)) { // nobody follows it meanwhile
        sync.outdate(); // what peers have announced of it is of no known registry any more
      }
    }
  }

  private void addTold(List<PeerState> peers) {
    Set<Key> keys = told.takeOwn();
    peers.forEach(peer -> peer.registryKey().ifPresent(keys::add));
    for (Key key : keys) {
      if (known.isFull()) {
        return; // as was said when the last one was added
      }
      add(key, known::add);
    }
  }

  private void addIntroduced() {
    for (Key key : told.takeIntroduced()) {
      add(key, known::addIntroduced);
      if (known.find(key).isEmpty()) {
        withNetwork(network -> network.notReplicated(key));
      }
    }
  }

  private interface Adding {
    Optional<KnownRegistry> add(Key key) throws IOException;
  }

  private void add(Key key, Adding how) {
    try {
      addOrThrow(key, how);
    } catch (IllegalStateException full) { // or closed, just now
      LOG.warn("registry {}, which a peer told, is not followed: {}", key.shortHex(), full);
    } catch (IOException disk) { // which fails for each key that comes: said in one line
      LOG.error("registry {}, which a peer told, cannot be followed: {}", key.shortHex(), disk);
    } catch (RuntimeException broken) {
      LOG.error("registry {}, which a peer told, cannot be followed", key.shortHex(), broken);
    }
  }

  private void showPeers(List<PeerState> peers) {
    Map<ToldRegistries.Connection, PeerState> now = new LinkedHashMap<>();
    peers.forEach(peer -> now.put(ToldRegistries.Connection.of(peer), peer));
    listeners.tellPeers(shown, now);
    shown = now;
  }

  private void withNetwork(Consumer<LogNetwork.Running> call) {
    LogNetwork.Running network = running;
    if (network != null) {
      call.accept(network);
    }
  }
}
