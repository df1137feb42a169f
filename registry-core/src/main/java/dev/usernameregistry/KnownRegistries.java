package dev.usernameregistry;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.log.TooLargeToKeepException;
import dev.usernameregistry.store.LogStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All registries that this peer has heard of, remembered over restarts. Safe from any thread.
 *
 * <p>The table has one row for each: its key, and {@link KnownRegistry#row()}.
 */
final class KnownRegistries {
  private static final Logger LOG = LoggerFactory.getLogger(KnownRegistries.class);

  /**
   * Registries that are remembered at most, so that strangers cannot fill the disk with keys, and
   * so that one connection has channels for all of them (a mux has 65,536).
   */
  static final int REGISTRIES_MAX = 60_000;

  /** Of these at most so many that nobody told but others introduced: they leave room for told. */
  static final int INTRODUCED_MAX = REGISTRIES_MAX / 2;

  private static final Duration SEEN_EVERY = Duration.ofMinutes(1);

  private final LogStore store;
  private final ClaimIndex index;
  private final Table table;
  private final InstantSource clock;
  private final KnownRegistry own;
  private final Bee ownBee;
  private final Map<Key, KnownRegistry> others = new ConcurrentHashMap<>();

  /** Those that the user has forgotten and nobody has told since. */
  private final Set<Key> refused = ConcurrentHashMap.newKeySet();

  /** How many of the others were introduced, and not told. */
  private final AtomicInteger introduced = new AtomicInteger();

  KnownRegistries(LogStore store, Log ownLog, ClaimIndex index, Table table, InstantSource clock)
      throws IOException {
    this.store = store;
    this.index = index;
    this.table = table;
    this.clock = clock;
    List<Table.Row> rows = new ArrayList<>();
    table.scan(new byte[0], null, (key, value) -> rows.add(new Table.Row(key, value)));
    for (Table.Row row : rows) {
      Key key = Key.of(row.key());
      byte[] value = row.value();
      if (value != null && !key.equals(ownLog.key())) {
        openRemembered(key, value);
      }
    }
    byte[] ownRow = table.get(ownLog.key().bytes());
    Instant since = ownRow == null ? now() : KnownRegistry.discoveredAt(ownRow);
    ownBee = new Bee(ownLog);
    own =
        new KnownRegistry(
            ownLog,
            true,
            new RegistryReader(ownLog, index, ownBee),
            index.progress(ownLog.key()),
            since,
            since);
    if (ownRow == null) {
      remember(own, true);
    }
    warnIfFull();
  }

  private void warnIfFull() {
    if (introduced.get() == INTRODUCED_MAX) {
      LOG.warn("{} registries were introduced: no other is taken so, only told", INTRODUCED_MAX);
    }
    if (isFull()) {
      LOG.warn("{} registries are remembered: no other is until some are forgotten", others.size());
    }
  }

  private void openRemembered(Key key, byte[] row) throws IOException {
    if (KnownRegistry.refused(row)) {
      refused.add(key);
      return;
    }
    Instant discoveredAt = KnownRegistry.discoveredAt(row);
    KnownRegistry registry = opened(openOrEmpty(key), discoveredAt, KnownRegistry.lastSeenAt(row));
    registry.introduced = KnownRegistry.introduced(row);
    if (registry.isOnlyIntroduced()) {
      forget(registry, false); // nobody is here who introduces it
    } else {
      put(registry);
    }
  }

  /** Returns the log of a registry; an empty one if what is stored of it is too large now. */
  private Log openOrEmpty(Key key) throws IOException {
    try {
      return store.open(key);
    } catch (TooLargeToKeepException stored) {
      LOG.warn("registry {} is fetched anew: {}", key.shortHex(), stored.getMessage());
      index.forget(key);
      store.forget(key);
      return store.open(key);
    }
  }

  KnownRegistry own() {
    return own;
  }

  /**
   * Returns the time, or the nearest that a row can hold: a clock that is wrong keeps nobody from
   * reading, only from registering.
   */
  Instant now() {
    Instant now = clock.instant();
    if (now.isBefore(KnownRegistry.EARLIEST)) {
      return KnownRegistry.EARLIEST;
    }
    return now.isAfter(KnownRegistry.LATEST) ? KnownRegistry.LATEST : now;
  }

  /** Returns the tree of the own one, which is written through nothing else. */
  Bee ownBee() {
    return ownBee;
  }

  /** Returns those of others now, by key. */
  List<KnownRegistry> others() {
    return others.values().stream().sorted(Comparator.comparing(KnownRegistry::key)).toList();
  }

  /** Returns the own one, then the others by key. */
  List<KnownRegistry> all() {
    List<KnownRegistry> all = new ArrayList<>();
    all.add(own);
    all.addAll(others());
    return all;
  }

  Optional<KnownRegistry> find(Key key) {
    return key.equals(own.key()) ? Optional.of(own) : Optional.ofNullable(others.get(key));
  }

  /** See {@link KnownRegistry#isOnlyIntroduced}; false if it is not known. */
  boolean isOnlyIntroduced(Key key) {
    return find(key).map(KnownRegistry::isOnlyIntroduced).orElse(false);
  }

  /** Returns how many others there are. */
  int othersCount() {
    return others.size();
  }

  /** Returns whether no further one can be added until some are forgotten. */
  boolean isFull() {
    return others.size() >= REGISTRIES_MAX;
  }

  /**
   * Adds a registry that its owner told, or the user, and waits until it is remembered.
   *
   * @return empty if it is known already
   * @throws IllegalStateException if there are too many
   */
  synchronized Optional<KnownRegistry> add(Key key) throws IOException {
    KnownRegistry before = find(key).orElse(null);
    if (before != null) {
      if (before.introduced) {
        rememberTold(before);
      }
      return Optional.empty();
    }
    if (isFull()) {
      throw new IllegalStateException(
          "registry "
              + key.shortHex()
              + " is one more than the "
              + REGISTRIES_MAX
              + " that are remembered; forgetStale makes room");
    }
    return Optional.of(add(key, false));
  }

  private void rememberTold(KnownRegistry registry) throws IOException {
    registry.introduced = false;
    try {
      remember(registry, true);
    } catch (IOException | RuntimeException failed) {
      registry.introduced = true;
      throw failed;
    }
    introduced.decrementAndGet();
  }

  private KnownRegistry add(Key key, boolean onlyIntroduced) throws IOException {
    Instant now = now();
    KnownRegistry added = opened(store.open(key), now, now);
    added.introduced = onlyIntroduced;
    remember(added, !onlyIntroduced); // which is introduced again if it is lost
    put(added);
    refused.remove(key);
    warnIfFull();
    return added;
  }

  /**
   * Adds a registry that others introduced.
   *
   * @return empty if {@link #wants} says that it is not wanted
   */
  synchronized Optional<KnownRegistry> addIntroduced(Key key) throws IOException {
    return wants(key, 0) ? Optional.of(add(key, true)) : Optional.empty();
  }

  /**
   * Returns whether an introduced registry is to be added: it is not known, the user has not
   * forgotten it, and there is room.
   *
   * @param waiting how many others are about to be added
   */
  boolean wants(Key key, int waiting) {
    return find(key).isEmpty()
        && !refused.contains(key)
        && introduced.get() + waiting < INTRODUCED_MAX
        && others.size() + waiting < REGISTRIES_MAX;
  }

  /**
   * Notes that a peer told or announced this registry; stored now and then. Does nothing if it has
   * been forgotten.
   */
  synchronized void seen(KnownRegistry registry) throws IOException {
    if (find(registry.key()).orElse(null) != registry) {
      return;
    }
    registry.lastSeenAt = now();
    if (Duration.between(registry.storedSeenAt, registry.lastSeenAt).compareTo(SEEN_EVERY) > 0) {
      remember(registry, false);
    }
  }

  /** Notes {@link #seen} for those of these that are known. */
  void seen(Set<Key> keys) throws IOException {
    for (Key key : keys) {
      KnownRegistry registry = find(key).orElse(null);
      if (registry != null) {
        seen(registry);
      }
    }
  }

  /** Stores what {@link #seen} has not stored yet. */
  synchronized void rememberSeen() throws IOException {
    List<Table.Row> rows = new ArrayList<>();
    for (KnownRegistry registry : all()) {
      if (!registry.storedSeenAt.equals(registry.lastSeenAt)) {
        registry.storedSeenAt = registry.lastSeenAt;
        rows.add(new Table.Row(registry.key().bytes(), registry.row()));
      }
    }
    table.write(rows, false);
  }

  /**
   * Removes a registry of others, unless it has been seen within {@code age} before {@code now} or
   * was removed already. What is stored of it is still to be forgotten.
   *
   * @return whether it was removed: it cannot be seen any more then
   */
  synchronized boolean removeIfStale(KnownRegistry registry, Instant now, Duration age) {
    return Duration.between(registry.lastSeenAt, now).compareTo(age) > 0 && take(registry);
  }

  /**
   * Removes an introduced registry as {@link #removeIfStale} does, unless something of it is here
   * by now, or its owner or the user has told it.
   *
   * @return whether it was removed
   */
  synchronized boolean removeIfOnlyIntroduced(KnownRegistry registry) {
    return registry.isOnlyIntroduced() && take(registry);
  }

  /**
   * Removes a registry of others. What is stored of it is still to be forgotten.
   *
   * @return what was removed; empty if there is none
   */
  synchronized Optional<KnownRegistry> remove(Key key) {
    Optional<KnownRegistry> removed = Optional.ofNullable(others.get(key));
    removed.ifPresent(this::take);
    return removed;
  }

  /** Undoes a removal. */
  synchronized void putBack(KnownRegistry registry) {
    put(registry);
  }

  /**
   * Opens a registry again that was removed and could not be forgotten, as far as it is still
   * stored.
   */
  synchronized KnownRegistry openAgain(KnownRegistry registry) throws IOException {
    KnownRegistry left =
        opened(store.open(registry.key()), registry.discoveredAt, registry.lastSeenAt);
    left.introduced = registry.introduced;
    put(left);
    return left;
  }

  /** Undoes {@link #add}: removes a registry and forgets what is stored of it. */
  synchronized void drop(KnownRegistry registry) throws IOException {
    take(registry);
    forget(registry, false);
  }

  /**
   * Forgets what is stored of a registry that was removed. Its row goes last, so that an
   * interrupted forgetting is done again.
   *
   * @param refuse whether it is not wanted any more if others introduce it
   */
  synchronized void forget(KnownRegistry registry, boolean refuse) throws IOException {
    boolean lasting = refuse || !registry.isOnlyIntroduced(); // else it is forgotten at each start
    Key key = registry.key();
    index.forget(key);
    store.forget(key);
    byte[] row = refuse ? KnownRegistry.refusedRow() : null;
    table.write(List.of(new Table.Row(key.bytes(), row)), lasting);
    if (refuse) {
      refused.add(key);
    }
  }

  /** The log's own key, which peers' heads have too, so that it is found by identity. */
  private void put(KnownRegistry registry) {
    others.put(registry.key(), registry);
    introduced.addAndGet(registry.introduced ? 1 : 0);
  }

  private boolean take(KnownRegistry registry) {
    boolean taken = others.remove(registry.key(), registry);
    introduced.addAndGet(taken && registry.introduced ? -1 : 0);
    return taken;
  }

  private KnownRegistry opened(Log log, Instant discoveredAt, Instant lastSeenAt)
      throws IOException {
    return new KnownRegistry(
        log,
        false,
        new RegistryReader(log, index),
        index.progress(log.key()),
        discoveredAt,
        lastSeenAt);
  }

  private void remember(KnownRegistry registry, boolean durable) throws IOException {
    table.write(List.of(new Table.Row(registry.key().bytes(), registry.row())), durable);
    registry.storedSeenAt = registry.lastSeenAt;
  }
}
