package dev.usernameregistry;

import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.NameChange;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.store.NamedKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The parts of a registry that is open, put together and taken apart in the right order. */
final class OpenRegistry {
  private static final String LOG_NAME = "my-username-registry";
  private static final String IDENTITY_NAME = "username-registry connection identity";
  private static final String INDEX_TABLE = "claims";
  private static final String REGISTRIES_TABLE = "registries";
  private static final String UNCONFIRMED =
      "no connected peer has announced it, so nobody says whether there is more";

  final InstantSource clock;
  final NamePolicy namePolicy;
  final String registeredBy;
  final String publicKey;
  final Listeners listeners;
  final ClaimIndex index;
  final KnownRegistries known;
  final OwnRegistry own;
  final PeerSync sync;
  final RegistryHost host;

  private final Storage storage;
  private final List<Worker> workers;

  private OpenRegistry(RegistryBuilder options, Storage storage, List<Worker> workers)
      throws IOException {
    this.storage = storage;
    this.workers = workers;
    clock = options.clock;
    namePolicy = options.namePolicy;
    registeredBy = options.registeredBy;
    LogStore store = LogStore.open(storage, options.random, OpenRegistry::isSafeRaw);
    Log ownLog = store.open(LOG_NAME);
    Key chosen = options.publicKey;
    publicKey = (chosen == null ? ownLog.key() : chosen).hex();
    String name = "username-registry-" + ownLog.key().shortHex();
    listeners = new Listeners(executor(options.listenerExecutor, name + "-listener"));
    index =
        ClaimIndex.open(
            storage.openTable(INDEX_TABLE), namePolicy, options.claimOrder, this::tellNameChange);
    known =
        new KnownRegistries(
            store, ownLog, index, storage.openTable(REGISTRIES_TABLE), options.clock);
    Executor worker = executor(options.worker, name);
    sync = new PeerSync(known, this::peers, this::looking, options.syncTimeout, options.nanoTime);
    boolean atOnce = options.listenerExecutor == null && options.worker == null;
    Follower follower = new Follower(known, sync, listeners, worker, atOnce);
    own = new OwnRegistry(known, index, options.claimOrder, follower);
    KeyPair identity = store.names().keyPair(IDENTITY_NAME);
    host =
        new RegistryHost(identity, known, follower, sync, listeners, worker, options.introductions);
    own.follow();
    options.listeners.forEach(listeners::add); // not before: what is one's own is no news
    known.all().forEach(follower::begin);
  }

  static OpenRegistry open(RegistryBuilder options) throws IOException {
    Storage storage = options.storage.open();
    List<Worker> workers = new ArrayList<>();
    try {
      OpenRegistry opened = new OpenRegistry(options, storage, workers);
      if (options.network != null) {
        opened.host.start(options.network);
      }
      return opened;
    } catch (IOException | RuntimeException | Error failed) {
      workers.forEach(Worker::close);
      try {
        storage.close();
      } catch (IOException | RuntimeException again) {
        failed.addSuppressed(again);
      }
      throw failed;
    }
  }

  /**
   * Returns whether the registry key of a new store can be sent as the first message of a
   * connection to JavaScript peers: read as a frame of the mux, it must do no harm.
   */
  private static boolean isSafeRaw(NamedKeys names) {
    Key key = names.logKey(LOG_NAME);
    return key.byteAt(0) >= 0x01 && key.byteAt(0) <= 0xfc && key.byteAt(1) != 0xff;
  }

  List<OwnName> ownNames() throws IOException {
    Key key = known.own().key();
    List<OwnName> names = new ArrayList<>();
    for (String name : index.names(key)) {
      Registration owner = index.owner(name).orElse(null);
      if (owner == null) {
        continue; // it was released meanwhile
      }
      if (owner.registryKey().equals(key)) {
        names.add(new OwnName(owner, owner));
      } else { // after the owner: one's own that is released now was lost until then
        index.claim(name, key).ifPresent(mine -> names.add(new OwnName(mine, owner)));
      }
    }
    return names;
  }

  List<RegistryInfo> registries() throws IOException {
    known.seen(ToldRegistries.seen(host.peers()));
    Map<Key, String> behind = new LinkedHashMap<>(); // an empty reason where it is not
    for (Standing standing : sync.standings()) {
      String reason = standing.entry().reason().orElse("");
      standing
          .lane()
          .registryKey()
          .ifPresent(key -> behind.merge(key, reason, (one, two) -> two.isEmpty() ? one : two));
    }
    return known.all().stream()
        .map(registry -> info(registry, behind.get(registry.key())))
        .toList();
  }

  /**
   * @param behind why it is behind a peer, empty if it is not; null if no peer announced it
   */
  private static RegistryInfo info(KnownRegistry registry, @Nullable String behind) {
    RegistryInfo info = registry.info();
    if (info.state() != RegistryInfo.State.SYNCED) {
      return info;
    }
    if (behind == null) {
      return info.own() ? info : registry.info(RegistryInfo.State.UNCONFIRMED, UNCONFIRMED);
    }
    return behind.isEmpty() ? info : registry.info(RegistryInfo.State.BEHIND, behind);
  }

  List<RegistryInfo> forgetStale(Duration age) throws IOException {
    Instant now = known.now(); // before it is noted who is seen: those are not stale
    known.seen(ToldRegistries.seen(host.peers()));
    List<RegistryInfo> forgotten = new ArrayList<>();
    try {
      for (KnownRegistry registry : known.others()) {
        if (host.forgetIfStale(registry, now, age)) {
          forgotten.add(registry.info());
        }
      }
    } finally {
      listeners.flush();
    }
    return forgotten;
  }

  Optional<RegistryInfo> forget(Key key) throws IOException {
    if (key.equals(known.own().key())) {
      throw new IllegalArgumentException(
          "registry " + key.shortHex() + " is one's own: only those of others can be forgotten");
    }
    try {
      return host.forget(key).map(KnownRegistry::info);
    } finally {
      listeners.flush();
    }
  }

  Optional<Evidence> evidence(Key key) {
    return known.find(key).flatMap(registry -> registry.log.evidence());
  }

  /** Ends everything, in the opposite order of its making; what follows a failure, all the same. */
  void close() throws IOException {
    try {
      closeThreads();
      known.rememberSeen();
    } finally {
      storage.close();
    }
  }

  private void closeThreads() {
    try {
      sync.close();
      own.close();
      host.close();
    } finally {
      listeners.close();
      workers.forEach(Worker::close);
    }
  }

  private List<PeerState> peers() {
    return host.peers();
  }

  private boolean looking() {
    return host.looking();
  }

  private Executor executor(@Nullable Executor given, String name) {
    if (given != null) {
      return given;
    }
    Worker made = new Worker(name);
    workers.add(made);
    return made;
  }

  private void tellNameChange(NameChange change) {
    Optional<Registration> before = change.before();
    Optional<Registration> after = change.after();
    if (after.isEmpty()) {
      before.ifPresent(old -> listeners.tell(one -> one.nameReleased(old)));
    } else if (before.isEmpty()) {
      listeners.tell(one -> one.nameRegistered(after.get()));
    } else if (before.get().registryKey().equals(after.get().registryKey())) {
      listeners.tell(one -> one.nameUpdated(after.get()));
    } else {
      OwnerChange told =
          new OwnerChange(before.get(), after.get(), change.givenUp(), change.reason());
      listeners.tell(one -> one.ownerChanged(told));
    }
  }
}
