package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One connected peer at one moment.
 *
 * @param publicKey names the peer on encrypted connections; chosen by the peer
 * @param address "host:port" of the other end
 * @param initiator whether we dialled
 * @param connectedAt when the encrypted connection was complete
 * @param registryKey the registry that the peer says is its own; empty until it has told one
 * @param toldAll whether nothing is awaited of all the registries that it knew when it was
 *     connected; also true of a peer that tells of its own only, as JavaScript peers do
 * @param heads what the peer announced of each log that both sides opened, by log key
 */
public record PeerState(
    Key publicKey,
    String address,
    boolean initiator,
    Instant connectedAt,
    Optional<Key> registryKey,
    boolean toldAll,
    Map<Key, RemoteHead> heads) {

  /** Copies {@code heads}. */
  public PeerState {
    // not Map.copyOf: strangers choose the keys, and it takes quadratic time for those of one hash
    Map<Key, RemoteHead> copy = new HashMap<>(2 * heads.size());
    heads.forEach(
        (key, head) -> copy.put(Objects.requireNonNull(key), Objects.requireNonNull(head)));
    heads = Collections.unmodifiableMap(copy);
  }

  /**
   * What a peer announced of one log.
   *
   * @param length blocks in the log as the peer knows it
   * @param fork truncations as the peer knows them
   * @param trouble why no more blocks come from this peer although it announced them; empty if they
   *     come
   */
  public record RemoteHead(long length, long fork, Optional<String> trouble) {}
}
