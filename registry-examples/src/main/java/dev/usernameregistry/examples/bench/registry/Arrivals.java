package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until registries of others are here whole. */
final class Arrivals implements RegistryListener {
  private static final long PATIENCE_MINUTES = 4;
  private static final long LOOK_EVERY_MILLIS = 50;

  /** The registries that are not here yet. Used by the listener's thread only. */
  private final Set<Key> missing;

  private final long names;
  private final CountDownLatch left;

  /** Waits for these, each of which has {@code names} names. */
  Arrivals(Collection<Key> registries, long names) {
    missing = new HashSet<>(registries);
    this.names = names;
    left = new CountDownLatch(missing.size());
  }

  @Override
  public void registryAdvanced(RegistryInfo registry) {
    if (registry.names() == names && missing.remove(registry.key())) {
      left.countDown();
    }
  }

  /** Waits until peers of {@code registry} have announced so many registries that it knows. */
  static void awaitAnnounced(UsernameRegistry registry, long registries)
      throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
    long announced = 0;
    while (announced < registries) {
      if (System.nanoTime() - endNanos > 0) {
        throw new IOException(announced + " of " + registries + " registries were announced");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      announced = registry.peers().stream().mapToLong(peer -> peer.heads().size()).sum();
    }
  }

  void await() throws IOException, InterruptedException {
    if (!left.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      throw new IOException(left.getCount() + " registries have not come");
    }
  }
}
