package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
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

  void await() throws IOException, InterruptedException {
    if (!left.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      throw new IOException(left.getCount() + " registries have not come");
    }
  }
}
