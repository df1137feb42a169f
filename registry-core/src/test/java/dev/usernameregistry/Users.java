package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.SimulatedNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Users of one simulated network, each with storage, clock and a record of what the listener was
 * told. Everything happens on the test's thread, and registering never waits for peers.
 */
final class Users implements AutoCloseable {
  final SimulatedNetwork network;
  private final List<User> all = new ArrayList<>();

  Users(long seed) {
    network = new SimulatedNetwork(seed);
  }

  User user(String name) {
    return add(new User(name, all.size() + 1));
  }

  /** Returns a user with the same keys, as if the store had been copied when it was new. */
  User twinOf(User user) {
    return add(new User(user.name, user.seed));
  }

  private User add(User user) {
    all.add(user);
    user.open();
    return user;
  }

  List<User> all() {
    return all;
  }

  void connect(User one, User other) {
    network.connect(one.endpoint, other.endpoint);
  }

  /** Connects two and lets everything come of it. */
  void meet(User one, User other) {
    connect(one, other);
    network.settle();
  }

  void disconnect(User one, User other) {
    network.disconnect(one.endpoint, other.endpoint);
  }

  void connectAll() {
    for (int one = 0; one < all.size(); one++) {
      for (int other = one + 1; other < all.size(); other++) {
        connect(all.get(one), all.get(other));
      }
    }
  }

  @Override
  public void close() {
    all.forEach(user -> user.registry.close());
  }

  private static SecureRandom seeded(long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return random;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** One user. */
  final class User implements RegistryListener {
    final String name;
    final long seed;
    final KeptStorage storage = new KeptStorage();
    final AtomicLong nowMillis = new AtomicLong(1_000);
    final List<String> events = new ArrayList<>();
    SimulatedNetwork.Endpoint endpoint;
    UsernameRegistry registry;

    User(String name, long seed) {
      this.name = name;
      this.seed = seed;
      endpoint = network.endpoint();
      registry = made();
    }

    private UsernameRegistry made() {
      RegistryBuilder builder =
          UsernameRegistry.builder()
              .registeredBy(name)
              .storage(storage)
              .network(endpoint)
              .syncTimeout(Duration.ZERO)
              .random(seeded(seed))
              .listenerExecutor(Runnable::run)
              .clock(() -> Instant.ofEpochMilli(nowMillis.get()));
      builder.worker = new Trampoline();
      return builder.open();
    }

    private void open() {
      registry.subscribe(this);
    }

    /** Closes and opens the registry; it has no connections then. */
    void reopen() {
      registry.close();
      endpoint = network.endpoint();
      registry = made();
      open();
    }

    @Override
    public void registryFound(RegistryInfo found) {
      events.add("found " + nameOf(found));
    }

    @Override
    public void registryConflict(RegistryInfo info, Evidence evidence) {
      events.add("conflict " + nameOf(info) + " at " + evidence.length());
    }

    @Override
    public void nameRegistered(Registration registration) {
      events.add("registered " + registration.username() + " by " + registration.registeredBy());
    }

    @Override
    public void nameUpdated(Registration registration) {
      events.add("updated " + registration.username() + " to " + registration.profile());
    }

    @Override
    public void nameReleased(Registration registration) {
      events.add("released " + registration.username() + " by " + registration.registeredBy());
    }

    @Override
    public void ownerChanged(OwnerChange change) {
      events.add(
          change.username()
              + " from "
              + change.previous().registeredBy()
              + " to "
              + change.owner().registeredBy()
              + ": "
              + change.reason());
    }

    @Override
    public void peerConnected(PeerState peer) {
      events.add("connected " + peer.address());
    }

    @Override
    public void peerDisconnected(PeerState peer) {
      events.add("disconnected " + peer.address());
    }

    private String nameOf(RegistryInfo info) {
      return all.stream()
          .filter(user -> user.registry.key().equals(info.key()))
          .map(user -> user.name)
          .findAny()
          .orElse(info.key().hex());
    }
  }
}
