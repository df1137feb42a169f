package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a network asks of the registry that it works for, and what it tells it. Implemented by the
 * registry. The methods that tell may be called on the network's event loop: they return at once
 * and never touch a disk.
 *
 * <p>Each change of {@link LogNetwork.Running#peers} is to be told, once it shows there: what peers
 * announced is compared with what is here only as far as something was told.
 */
public interface NetworkHost {

  /** Returns the key pair that names this peer on encrypted connections; stable over restarts. */
  KeyPair identity();

  /** Returns the user's own log. Its key is told to every peer. */
  Log ownLog();

  /** Returns the logs to replicate from the start, the own one among them. */
  Collection<Log> logs();

  /** A peer said that this is its registry. May be repeated; may be a key that is known already. */
  void registryTold(PeerState peer, Key registryKey);

  /**
   * Returns whether the network tells peers which registries are replicated here, and asks them the
   * same. Always the same answer.
   */
  default boolean introduces() {
    return false;
  }

  /**
   * A peer says that these registries exist, none of which is replicated here yet but for those
   * that others introduced, too. Nothing is asked about one again while it is connected.
   *
   * @param peer without what it announced
   * @return those of them that are replicated, or will be soon
   */
  default Set<Key> registriesIntroduced(PeerState peer, List<Key> registryKeys) {
    return Set.of();
  }

  /**
   * Returns whether others introduced this registry, neither its owner nor the user told it, and
   * nothing of it is here: it is fetched only from those who introduced it. When its owner or the
   * user tells it, {@link LogNetwork.Running#replicate} is called once more. Never waits.
   */
  default boolean isOnlyIntroduced(Key registryKey) {
    return false;
  }

  /**
   * {@link LogNetwork.Running#peers} is different now: a peer came or went, or told its registry or
   * all that it knows.
   */
  void peersChanged();

  /**
   * Peers announced heads, so that {@link LogNetwork.Running#peers} shows others.
   *
   * @param news those peers, each with nothing but the heads that are different now: a peer may
   *     announce thousands, one after another
   */
  default void headsChanged(List<PeerState> news) {
    peersChanged();
  }
}
