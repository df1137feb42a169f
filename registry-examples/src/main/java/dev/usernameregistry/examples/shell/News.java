package dev.usernameregistry.examples.shell;

import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.shell.Answers.Change;
import dev.usernameregistry.log.Evidence;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells what happens in a registry as it happens. */
final class News implements RegistryListener {
  private final Answers answers;

  /** Told as connected and not yet as gone; so that a peer is told of once. Guarded by this. */
  private final Set<Connection> told = new HashSet<>();

  private News(Answers answers) {
    this.answers = answers;
  }

  /**
   * Tells what there is already, the peers and the registries of others, and if the own one is
   * frozen, and everything from now on, until the registry is closed.
   */
  static void tell(UsernameRegistry registry, Answers answers) {
    News news = new News(answers);
    registry.subscribe(news);
    news.tellWhatThereIs(registry);
  }

  // News waits meanwhile, so a peer that goes now is told as gone after it was told of.
  private synchronized void tellWhatThereIs(UsernameRegistry registry) {
    registry.peers().forEach(this::peerConnected);
    List<RegistryInfo> registries = registry.registries();
    registries.stream().filter(info -> !info.own()).forEach(answers::registry);
    registries.stream().filter(Standing::isFrozenOwn).forEach(answers::conflict);
  }

  @Override
  public synchronized void peerConnected(PeerState peer) {
    if (told.add(new Connection(peer))) {
      answers.peer(peer, true);
    }
  }

  @Override
  public synchronized void peerDisconnected(PeerState peer) {
    if (told.remove(new Connection(peer))) {
      answers.peer(peer, false);
    }
  }

  @Override
  public synchronized void registryFound(RegistryInfo registry) {
    answers.registry(registry);
  }

  @Override
  public synchronized void registryAdvanced(RegistryInfo registry) {
    answers.registry(registry);
  }

  @Override
  public synchronized void registryConflict(RegistryInfo registry, Evidence evidence) {
    answers.conflict(registry);
  }

  @Override
  public synchronized void nameRegistered(Registration registration) {
    answers.change(Change.REGISTERED, registration);
  }

  @Override
  public synchronized void nameUpdated(Registration registration) {
    answers.change(Change.UPDATED, registration);
  }

  @Override
  public synchronized void nameReleased(Registration registration) {
    answers.change(Change.RELEASED, registration);
  }

  @Override
  public synchronized void ownerChanged(OwnerChange change) {
    answers.ownerChanged(change);
  }

  /** What tells one connection from the next of the same peer. */
  private record Connection(String address, Instant connectedAt) {
    Connection(PeerState peer) {
      this(peer.address(), peer.connectedAt());
    }
  }
}
