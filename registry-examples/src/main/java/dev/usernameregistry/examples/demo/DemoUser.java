package dev.usernameregistry.examples.demo;

import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.storage.RocksStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One user of the demo, with a disk and a swarm of their own. Closed by the demo. */
final class DemoUser implements AutoCloseable, RegistryListener {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** How long nodes of the DHT may take before it is looked whether there are any. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final String name;
  private final UsernameRegistry registry;
  private final Swarm swarm;

  private DemoUser(String name, UsernameRegistry registry, Swarm swarm) {
    this.name = name;
    this.registry = registry;
    this.swarm = swarm;
  }

  /** Opens a registry in {@code folder} that meets others through {@code swarm}. */
  static DemoUser open(String name, Path folder, Swarm swarm) {
    UsernameRegistry registry =
        UsernameRegistry.builder()
            .registeredBy(name)
            .storage(RocksStorage.at(folder))
            .network(swarm)
            .open();
    DemoUser user = new DemoUser(name, registry, swarm);
    registry.subscribe(user);
    return user;
  }

  String name() {
    return name;
  }

  UsernameRegistry registry() {
    return registry;
  }

  /**
   * Waits until the DHT is entered and the topic was looked up there; returns whether that is so,
   * early if no node of the DHT answers.
   */
  boolean awaitDht() {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!swarm.flush(ANSWER)) {
      boolean nobodyAnswers = swarm.status().bootstrapped() && swarm.status().nodes() == 0;
      if (nobodyAnswers || System.nanoTime() > deadlineNanos) {
        return false;
      }
    }
    return swarm.status().nodes() > 0;
  }

  /** Waits until so many peers are connected; returns whether they are. */
  boolean awaitPeers(int count) {
    return registry.awaitPeers(count, PATIENCE);
  }

  /** Waits until {@code username} can be looked up here; returns whether it can. */
  boolean awaitName(String username) {
    return await(() -> registry.lookup(username).isPresent());
  }

  // Looks again at every piece of news; nothing is slept through.
  private synchronized boolean await(BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0) {
          return false;
        }
        wait(1 + Duration.ofNanos(leftNanos).toMillis());
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public synchronized void nameRegistered(Registration registration) {
    notifyAll();
  }

  @Override
  public synchronized void ownerChanged(OwnerChange change) {
    notifyAll();
  }

  @Override
  public void close() {
    registry.close();
  }
}
