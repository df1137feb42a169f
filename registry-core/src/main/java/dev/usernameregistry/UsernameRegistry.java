package dev.usernameregistry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One user's registry of names, and the merged view of all registries known from peers.
 *
 * <p>A name belongs to one registry; if several hold it, all peers with the same registries and
 * options answer the same owner. While peers cannot reach each other two users can get the same
 * name, and one of them loses it when they meet again; that user's listener is told.
 *
 * <p>Safe from any thread. Whoever opens it closes it. After {@link #close} every other method
 * throws {@link IllegalStateException}. When the disk fails, every method throws {@link
 * RegistryException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class UsernameRegistry implements AutoCloseable {
  private UsernameRegistry() {}

  /** Returns options to open a registry with. */
  public static RegistryBuilder builder() {
    return new RegistryBuilder();
  }

  static UsernameRegistry open(RegistryBuilder options) {
    throw notYet();
  }

  private static UnsupportedOperationException notYet() {
    return new UnsupportedOperationException("waits for the rooms below");
  }

  /** Returns the key that names this user's own registry. */
  public Key key() {
    throw notYet();
  }

  /**
   * Registers {@code name} for this user without a profile; a profile that it has already stays.
   * Otherwise as {@link #register(String, ObjectNode)}.
   */
  public RegisterResult register(String name) {
    throw notYet();
  }

  /**
   * Registers {@code name} for this user.
   *
   * <p>Waits until each connected peer has told its registry and that registry is here as far as
   * the peer announced it, at most for the sync timeout; then for the disk. Of concurrent calls for
   * one name the first wins. A name that was this user's before gets the new profile and keeps its
   * time.
   *
   * @param profile fields to keep beside the registry's own; together with those at most 64 KiB of
   *     JSON
   * @return registered, already this user's, or taken by somebody else
   * @throws IllegalArgumentException if the policy refuses {@code name}, or {@code profile} has a
   *     field of the registry's own or is too large
   */
  public RegisterResult register(String name, ObjectNode profile) {
    throw notYet();
  }

  /**
   * Gives a name of one's own another profile, in place of the one it has. The time of registration
   * stays. Waits for the disk.
   *
   * @return the registration now; empty if the name is not in one's own registry
   * @throws IllegalArgumentException as {@link #register(String, ObjectNode)}
   */
  public Optional<Registration> update(String name, ObjectNode profile) {
    throw notYet();
  }

  /**
   * Registers {@code newName} with the profile of {@code oldName} and releases {@code oldName}, in
   * one step; does neither if the new name cannot be had. Waits as {@link #register(String,
   * ObjectNode)} does.
   *
   * @throws IllegalArgumentException if the policy refuses {@code newName}
   */
  public RenameResult rename(String oldName, String newName) {
    throw notYet();
  }

  /**
   * Removes a name from one's own registry. Waits for the disk.
   *
   * @return the registration that was removed; empty if the name is not in one's own registry
   */
  public Optional<Registration> release(String name) {
    throw notYet();
  }

  /** Returns who owns {@code name} as far as is known here. Waits for no peer. */
  public Optional<Registration> lookup(String name) {
    throw notYet();
  }

  /**
   * Returns the names whose owner has this public key, sorted by name. Waits for no peer.
   *
   * @param publicKey as in the record; hexadecimal digits of either case are the same
   */
  public List<Registration> lookupByPublicKey(String publicKey) {
    throw notYet();
  }

  /**
   * Returns the owners of all names, sorted by the names' UTF-8 bytes, as they were at one moment.
   * Waits for no peer.
   */
  public List<Registration> listAll() {
    throw notYet();
  }

  /** As {@link #listAll}, of the names that begin with {@code prefix}; case matters. */
  public List<Registration> listByPrefix(String prefix) {
    throw notYet();
  }

  /** Returns every registry's claim on {@code name}, the owner's first. Waits for no peer. */
  public List<Registration> claims(String name) {
    throw notYet();
  }

  /** Returns all known registries, one's own first, the others by key. */
  public List<RegistryInfo> registries() {
    throw notYet();
  }

  /** Returns all connected peers. */
  public List<PeerState> peers() {
    throw notYet();
  }

  /** Returns where others can reach this peer, as "host:port"; empty if it does not listen. */
  public List<String> listening() {
    throw notYet();
  }

  /**
   * Adds a registry by its key, as if a peer had told it: it is fetched from any peer that has it,
   * now and after restarts. Does nothing if it is known. Waits for the disk.
   */
  public void follow(Key registryKey) {
    throw notYet();
  }

  /**
   * Forgets the registries of others that no peer has told or announced for longer than {@code
   * age}, with their names and blocks. Waits for the disk.
   *
   * @return the registries that were forgotten, as they were
   */
  public List<RegistryInfo> forgetStale(Duration age) {
    throw notYet();
  }

  /**
   * Waits until all that the now connected peers announced of all known registries is here, at most
   * for {@code timeout}.
   *
   * @return what was announced and what is here, whether or not that is complete
   */
  public SyncReport awaitSynced(Duration timeout) {
    throw notYet();
  }

  /** Tells {@code listener} of all changes from now on, until the subscription is closed. */
  public Subscription subscribe(RegistryListener listener) {
    throw notYet();
  }

  /**
   * Ends all connections, makes everything durable, and returns when the registry's threads,
   * sockets and files are gone. Listeners are not called afterwards. Closing twice is harmless.
   */
  @Override
  public void close() {}
}
