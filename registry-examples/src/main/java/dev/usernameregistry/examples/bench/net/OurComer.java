package dev.usernameregistry.examples.bench.net;

import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A peer of ours that comes to a topic, with a registry in memory, until it has seen a name there,
 * or for as long as {@code swarm-peer.mjs} waits.
 *
 * @param entry a node of the DHT
 * @param topic what others are on
 * @param name what it waits for
 */
record OurComer(InetSocketAddress entry, Topic topic, String name) implements JoinWorkload.Comer {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public double join() throws InterruptedException {
    Swarm swarm = swarm(Topic.random(new SecureRandom()));
    try (UsernameRegistry registry = open(swarm)) {
      swarm.flush(PATIENCE);
      Sighting sighting = new Sighting(name);
      registry.subscribe(sighting);
      long startNanos = System.nanoTime();
      swarm.join(topic, Swarm.Role.BOTH);
      return sighting.await(startNanos);
    }
  }

  @Override
  public double start() throws InterruptedException {
    Swarm swarm = swarm(topic);
    long startNanos = System.nanoTime();
    try (UsernameRegistry registry = open(swarm)) {
      Sighting sighting = new Sighting(name);
      registry.subscribe(sighting);
      if (registry.lookup(name).isPresent()) {
        sighting.nameSeen();
      }
      return sighting.await(startNanos);
    }
  }

  private Swarm swarm(Topic first) {
    return Swarm.onTopic(first).bootstrap(entry).port(0);
  }

  private static UsernameRegistry open(Swarm swarm) {
    return UsernameRegistry.builder().registeredBy("comes").network(swarm).open();
  }

  /** Notes the time at which a name is first answered from. */
  private static final class Sighting implements RegistryListener {
    private final String name;
    private final CountDownLatch seen = new CountDownLatch(1);

    /** Written before {@link #seen} is. */
    private volatile long seenNanos;

    Sighting(String name) {
      this.name = name;
    }

    @Override
    public void nameRegistered(Registration registration) {
      if (registration.username().equals(name)) {
        nameSeen();
      }
    }

    void nameSeen() {
      seenNanos = System.nanoTime();
      seen.countDown();
    }

    /**
     * Returns the milliseconds from {@code startNanos}; a name that is late counts as at the end.
     */
    double await(long startNanos) throws InterruptedException {
      boolean inTime = seen.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return inTime ? (seenNanos - startNanos) / 1e6 : PATIENCE.toMillis();
    }
  }
}
