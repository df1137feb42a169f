package dev.usernameregistry;

import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.StorageFactory;
import dev.usernameregistry.memory.MemoryStorage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link UsernameRegistry}, each checked when it is set. Not thread-safe. Each {@link
 * #open} opens a registry; a network serves one only.
 */
public final class RegistryBuilder {
  String registeredBy = "";
  @Nullable Key publicKey;
  StorageFactory storage = MemoryStorage::new;
  @Nullable LogNetwork network;
  NamePolicy namePolicy = NamePolicy.standard();
  ClaimOrder claimOrder = ClaimOrder.earliest();
  boolean introductions = true;
  Duration syncTimeout = Duration.ofSeconds(5);
  InstantSource clock = InstantSource.system();
  Supplier<SecureRandom> random = SecureRandom::new;
  @Nullable Executor listenerExecutor;
  final List<RegistryListener> listeners = new ArrayList<>();

  /** Follows logs and looks at peers; for tests, which take every step themselves. */
  @Nullable Executor worker;

  /** Measures how long is waited; for tests. */
  LongSupplier nanoTime = System::nanoTime;

  RegistryBuilder() {}

  /**
   * Sets what the user is called in the records it writes, in any characters. It is not checked and
   * need not be unique; a record has at most 64 KiB of JSON together with it and the profile, and
   * registering fails above that. Default: the records do not say.
   */
  public RegistryBuilder registeredBy(String registeredBy) {
    this.registeredBy = Objects.requireNonNull(registeredBy, "registeredBy");
    return this;
  }

  /** Sets the public key in the records that the user writes. Default: the registry key. */
  public RegistryBuilder publicKey(Key publicKey) {
    this.publicKey = Objects.requireNonNull(publicKey, "publicKey");
    return this;
  }

  /** Sets where everything is kept: opened and closed by the registry. Default: in memory. */
  public RegistryBuilder storage(StorageFactory storage) {
    this.storage = Objects.requireNonNull(storage, "storage");
    return this;
  }

  /** Sets how peers are reached. The registry starts and closes it. Default: no peers. */
  public RegistryBuilder network(LogNetwork network) {
    this.network = Objects.requireNonNull(network, "network");
    return this;
  }

  /** Sets which names are allowed. Default: {@link NamePolicy#standard()}. */
  public RegistryBuilder namePolicy(NamePolicy namePolicy) {
    this.namePolicy = Objects.requireNonNull(namePolicy, "namePolicy");
    return this;
  }

  /** Sets whose a name is that several registries hold. Default: {@link ClaimOrder#earliest()}. */
  public RegistryBuilder claimOrder(ClaimOrder claimOrder) {
    this.claimOrder = Objects.requireNonNull(claimOrder, "claimOrder");
    return this;
  }

  /**
   * Sets how long registering and renaming wait at most for connected peers to be in sync, and so
   * long after opening for the network to find its first peers. Zero never waits. Default: 5
   * seconds.
   *
   * @throws IllegalArgumentException if {@code syncTimeout} is negative or above an hour
   */
  public RegistryBuilder syncTimeout(Duration syncTimeout) {
    Objects.requireNonNull(syncTimeout, "syncTimeout");
    if (syncTimeout.isNegative() || syncTimeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "syncTimeout is from 0 to 1 hour, got " + syncTimeout + "; 5 seconds is the default");
    }
    this.syncTimeout = syncTimeout;
    return this;
  }

  /**
   * Sets whether connected peers that use this library, too, introduce registries to each other:
   * each tells the other which it knows and the other does not, and follows those that it is told.
   * So names are known to peers that never met their owner, and stay known when the owner is away.
   * Without, or with JavaScript peers, one hears of registries from their owners only; others may
   * still introduce one's own, and what was introduced before stays. At most 30,000 registries are
   * taken in this way. Default: true.
   */
  public RegistryBuilder introductions(boolean introductions) {
    this.introductions = introductions;
    return this;
  }

  /** Sets the clock of registration times. Default: the system's. */
  public RegistryBuilder clock(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /** Sets what a new store draws its primary key from. Default: the platform's strong source. */
  public RegistryBuilder random(SecureRandom random) {
    Objects.requireNonNull(random, "random");
    this.random = () -> random;
    return this;
  }

  /**
   * Sets what runs the listeners; they are given to it one at a time. The registry does not close
   * it. What it takes it must run: once it has dropped something, as when it is shut down at once,
   * nobody is told any more. Default: one daemon thread of the registry's own.
   */
  public RegistryBuilder listenerExecutor(Executor listenerExecutor) {
    this.listenerExecutor = Objects.requireNonNull(listenerExecutor, "listenerExecutor");
    return this;
  }

  /**
   * Adds a listener that is told from the start, so that it misses nothing that peers bring: as by
   * {@link UsernameRegistry#subscribe}, but before the network starts, and until the registry is
   * closed. May be told before {@link #open} has returned, also if that fails then. Default: none.
   */
  public RegistryBuilder listener(RegistryListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Opens the registry, which is made if the storage is empty, and starts its network. Waits for
   * the disk, not for peers.
   *
   * @throws RegistryException if the storage cannot be opened or the network cannot start; nothing
   *     is left open then
   * @throws IllegalStateException if the network was started before, by this builder too; nothing
   *     is left open then
   */
  public UsernameRegistry open() {
    return UsernameRegistry.open(this);
  }
}
