package dev.usernameregistry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Evidence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One user's registry of names, and the merged view of all registries known from peers.
 *
 * <p>A name belongs to one registry; if several hold it, all peers with the same registries and
 * options answer the same owner. While peers cannot reach each other two users can get the same
 * name, and one of them loses it when they meet again; that user's listener is told.
 *
 * <p>A user who has lost a name still holds a record of it, and can {@link #update}, {@link
 * #release} or {@link #rename} it; {@link #lookup} says whose the name is, and {@link #ownNames}
 * which names are lost. The record wins again when the winner releases the name, so whoever gives
 * it up should release it.
 *
 * <p>Safe from any thread. Whoever opens it closes it. After {@link #close} every other method but
 * {@link #key} throws {@link IllegalStateException}; what writes names does too if one's registry
 * is {@link RegistryInfo.State#FROZEN}, and what registers one if the clock is before 1970. No
 * argument may be null. In names case matters.
 *
 * <p>Any method may wait for the disk, and throws {@link RegistryException} when that fails. What
 * was being written then is there as a whole or not at all, of many names each part of some
 * thousands; the registry that is opened again tells which. Whoever is interrupted while waiting
 * for peers gets that exception too, and nothing was written.
 */
public final class UsernameRegistry implements AutoCloseable {
  private final OpenRegistry parts;
  private final Writes writes;
  private final AtomicBoolean closed = new AtomicBoolean();

  private UsernameRegistry(OpenRegistry parts) {
    this.parts = parts;
    this.writes = new Writes(parts);
  }

  /** Returns options to open a registry with. */
  public static RegistryBuilder builder() {
    return new RegistryBuilder();
  }

  static UsernameRegistry open(RegistryBuilder options) {
    try {
      return new UsernameRegistry(OpenRegistry.open(options));
    } catch (IOException failed) {
      throw new RegistryException("the registry cannot be opened: " + failed.getMessage(), failed);
    }
  }

  /** Returns the key that names this user's own registry; also when it is closed. */
  public Key key() {
    return parts.known.own().key();
  }

  /**
   * Registers {@code name} for this user without a profile; a profile that it has already stays.
   * Otherwise as {@link #register(String, ObjectNode)}.
   */
  public RegisterResult register(String name) {
    Objects.requireNonNull(name, "name");
    return call(() -> writes.register(name, Optional.empty()));
  }

  /**
   * Registers {@code name} for this user.
   *
   * <p>Waits until each connected peer has told which registries it knows, and those are here as
   * far as it announced them, at most for the sync timeout; then for the disk. What somebody
   * registered a moment ago may still be under way, and is not waited for if no connected peer has
   * announced it. With no peer connected it waits only for a network that was just opened and still
   * looks for its first peers, and decides by what is here: somebody may hold the name already, and
   * then wins it by the claim order when they meet. Of concurrent calls for one name the first
   * wins. A name that was this user's before gets the new profile and keeps its time.
   *
   * @param profile fields to keep beside the registry's own; together with those at most 64 KiB of
   *     JSON
   * @return registered, already this user's, or taken by somebody else
   * @throws dev.usernameregistry.claims.RefusedNameException if the policy refuses {@code name}
   * @throws IllegalArgumentException if {@code profile} has a field of the registry's own or one
   *     whose name has half a character, or a value that is not JSON, such as bytes, or a number
   *     that would be read as another (those of JavaScript are doubles, so a whole one has 53
   *     bits), is too large, or has more than 1000 levels of objects and arrays
   */
  public RegisterResult register(String name, ObjectNode profile) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profile, "profile");
    RegistrationRecord.requireReadAsGiven(profile);
    return call(() -> writes.register(name, Optional.of(profile)));
  }

  /**
   * Registers many names for this user, as {@link #register(String)} would one after the other, but
   * waiting for peers once and for the disk once every few thousand names. Each such part is
   * written as a whole or not at all; when the disk fails, the parts before stay.
   *
   * @return one result for each of {@code names}, in their order; of a name that is there twice the
   *     second is already this user's
   * @throws dev.usernameregistry.claims.RefusedNameException if the policy refuses one of {@code
   *     names}; nothing was written then
   */
  public List<RegisterResult> registerAll(List<String> names) {
    Objects.requireNonNull(names, "names");
    return call(() -> writes.registerAll(new ArrayList<>(names)));
  }

  /**
   * Gives a name of one's own another profile, in place of the one it has. The time of registration
   * stays. Waits for the disk. Says nothing of the owner: a record of a name that one has lost is
   * changed too, and stays the losing one.
   *
   * @return one's own record now; empty if the name is not in one's own registry
   * @throws IllegalArgumentException as {@link #register(String, ObjectNode)}
   */
  public Optional<Registration> update(String name, ObjectNode profile) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(profile, "profile");
    RegistrationRecord.requireReadAsGiven(profile);
    return call(() -> writes.update(name, RegistrationRecord.copyOf(profile)));
  }

  /**
   * Registers {@code newName} with the profile of {@code oldName} and releases {@code oldName}, in
   * one step; does neither if the new name cannot be had. Waits as {@link #register(String,
   * ObjectNode)} does. {@code oldName} may be a name that one has lost: then one's record of it is
   * what is moved, and its owner keeps it.
   *
   * @return renamed, or why not; then nothing has changed
   * @throws dev.usernameregistry.claims.RefusedNameException if the policy refuses {@code newName};
   *     nothing has changed then
   * @throws IllegalArgumentException if the record is too large with it; nothing has changed then
   */
  public RenameResult rename(String oldName, String newName) {
    Objects.requireNonNull(oldName, "oldName");
    Objects.requireNonNull(newName, "newName");
    return call(() -> writes.rename(oldName, newName));
  }

  /**
   * Removes a name from one's own registry, also one that belongs to somebody else by now. If
   * another registry holds it, it belongs to that one afterwards. Waits for the disk.
   *
   * @return the registration that was removed; empty if the name is not in one's own registry
   */
  public Optional<Registration> release(String name) {
    Objects.requireNonNull(name, "name");
    return call(() -> writes.release(name));
  }

  /**
   * Returns who owns {@code name} as far as is known here; empty if nobody does, or the policy
   * forbids the name, which {@link #nameProblem} says. Waits for no peer.
   */
  public Optional<Registration> lookup(String name) {
    Objects.requireNonNull(name, "name");
    return call(() -> parts.index.owner(name));
  }

  /**
   * Returns why nobody can register {@code name}, as a sentence for people that says what is
   * allowed; empty if it is allowed. It is what {@link #register(String)} complains of, and depends
   * on the name and the policy only. Waits for nothing.
   */
  public Optional<String> nameProblem(String name) {
    Objects.requireNonNull(name, "name");
    return call(() -> writes.nameProblem(name));
  }

  /**
   * Returns the names whose owner says that this is its public key, sorted by name: anyone can say
   * so. Waits for no peer. Takes time for each of them; if it is a registry's key, for each name
   * that this registry claims.
   *
   * @param publicKey as in the record; hexadecimal digits of either case are the same
   */
  public List<Registration> lookupByPublicKey(String publicKey) {
    Objects.requireNonNull(publicKey, "publicKey");
    return call(() -> parts.index.ownersByPublicKey(publicKey));
  }

  /**
   * Returns the owners of all names, sorted by the names' UTF-8 bytes, as they were at one moment.
   * Waits for no peer.
   */
  public List<Registration> listAll() {
    return listByPrefix("");
  }

  /** As {@link #listAll}, of the names that begin with {@code prefix}; case matters. */
  public List<Registration> listByPrefix(String prefix) {
    Objects.requireNonNull(prefix, "prefix");
    return call(() -> parts.index.owners(prefix));
  }

  /**
   * Returns the names in one's own registry, sorted by the names' UTF-8 bytes, each with its owner:
   * also those that are lost to somebody who had registered them elsewhere. A name that changes
   * meanwhile is as it was before or after. Names that the policy refuses are left out. Waits for
   * no peer.
   */
  public List<OwnName> ownNames() {
    return call(parts::ownNames);
  }

  /** Returns every registry's claim on {@code name}, the owner's first. Waits for no peer. */
  public List<Registration> claims(String name) {
    Objects.requireNonNull(name, "name");
    return call(() -> parts.index.claims(name));
  }

  /**
   * Returns all known registries as they are now, one's own first, the others by key; in sync are
   * those of which all is here that a connected peer announced. Waits for no peer.
   */
  public List<RegistryInfo> registries() {
    return call(parts::registries);
  }

  /**
   * Returns the proof that the writer of this registry signed two histories, as {@link
   * RegistryListener#registryConflict} told it, maybe in an earlier run; empty if there is none, or
   * the registry is not known. Waits for no peer.
   */
  public Optional<Evidence> evidence(Key registryKey) {
    Objects.requireNonNull(registryKey, "registryKey");
    return call(() -> parts.evidence(registryKey));
  }

  /** Returns the peers that are connected now, one for each connection; waits for none. */
  public List<PeerState> peers() {
    return call(parts.sync::connected);
  }

  /**
   * Waits until at least so many peers are connected, at most for {@code timeout}; one that is
   * connected in two ways is one. What they have is not here by then: {@link #awaitSynced} waits
   * for that.
   *
   * @return whether they are; false when time was up, and at once if the registry has no network
   * @throws IllegalArgumentException if {@code count} or {@code timeout} is negative
   */
  public boolean awaitPeers(int count, Duration timeout) {
    requireTimeout(timeout);
    if (count < 0) {
      throw new IllegalArgumentException("count is 0 or more, got " + count);
    }
    return call(
        () -> parts.sync.awaitPeers(count, parts.host.hasNetwork() ? timeout : Duration.ZERO));
  }

  /** Returns where others can reach this peer, as "host:port"; empty if it does not listen. */
  public List<String> listening() {
    return call(() -> List.copyOf(parts.host.listening()));
  }

  /**
   * Adds a registry by its key, as if a peer had told it: it is fetched from any peer that has it,
   * now and after restarts. Does nothing if it is known. Waits for the disk, and for no peer.
   *
   * @throws IllegalStateException if 60,000 registries of others are known; {@link #forgetStale}
   *     makes room
   */
  public void follow(Key registryKey) {
    Objects.requireNonNull(registryKey, "registryKey");
    call(
        () -> {
          parts.host.add(registryKey);
          parts.listeners.flush();
          return registryKey;
        });
  }

  /**
   * Forgets the registries of others that no peer has told or announced for longer than {@code
   * age}, with their names and blocks, one after another. One of them that a peer tells again, or
   * introduces, is fetched anew. Waits for the disk. When that fails, those before are forgotten,
   * and the one in question stays: what of it is gone already is fetched again. If not even that
   * can be begun, it is known again when this registry is opened again.
   *
   * @return the registries that were forgotten, as they were
   * @throws IllegalArgumentException if {@code age} is negative
   */
  public List<RegistryInfo> forgetStale(Duration age) {
    Objects.requireNonNull(age, "age");
    if (age.isNegative()) {
      throw new IllegalArgumentException("age is 0 or more, got " + age);
    }
    return call(() -> parts.forgetStale(age));
  }

  /**
   * Forgets one registry of others, with its names and blocks, however lately a peer told it:
   * undoes {@link #follow}, or has it fetched anew. A peer whose own it is brings it back when it
   * tells it, and that is at once if it is connected; peers that only know it do not. Waits for the
   * disk; what is when that fails, {@link #forgetStale} says.
   *
   * @return the registry as it was; empty if no other with this key is known
   * @throws IllegalArgumentException if it is one's own
   */
  public Optional<RegistryInfo> forget(Key registryKey) {
    Objects.requireNonNull(registryKey, "registryKey");
    return call(() -> parts.forget(registryKey));
  }

  /**
   * Waits until the now connected peers have told which registries they know, if they do that, and
   * all that they announced of all known registries is here, at most for {@code timeout}. What they
   * announce of a registry meanwhile, as one that goes on writing does, is not waited for, and not
   * missing. Just after the start it first waits until the network has looked for its first peers;
   * after that, with no peer connected, it returns at once. {@link #awaitPeers} waits for somebody
   * to come.
   *
   * @return what was announced and what is here, whether or not that is complete; with no peer it
   *     is complete, and {@link SyncReport#peers} is 0
   * @throws IllegalArgumentException if {@code timeout} is negative
   */
  public SyncReport awaitSynced(Duration timeout) {
    requireTimeout(timeout);
    return call(() -> parts.sync.awaitAll(timeout));
  }

  private static void requireTimeout(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout is 0 or more, got " + timeout);
    }
  }

  /**
   * Tells {@code listener} of all changes from now on, until the subscription is closed. What
   * happened before is not kept: set {@link RegistryBuilder#listener} to miss nothing, or look with
   * {@link #peers} and {@link #registries} at what there is already. When about 8,000 pieces of
   * news wait for slow listeners, nothing more of other registries is read in until they have
   * caught up; a listener that waits for peers waits in vain then, until its time is up. News that
   * the listener executor refuses is lost.
   */
  public Subscription subscribe(RegistryListener listener) {
    Objects.requireNonNull(listener, "listener");
    return call(() -> parts.listeners.add(listener));
  }

  /**
   * Ends all connections, makes everything durable, and returns when the registry's threads,
   * sockets and files are gone. Listeners are not called afterwards; one that is being called is
   * waited for, unless it is what closes. Closing twice is harmless; only the first call waits.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      parts.close();
    } catch (IOException failed) {
      throw new RegistryException(
          "not everything could be stored while closing; what was registered before is: "
              + failed.getMessage(),
          failed);
    }
  }

  /** Returns the key, and whether the registry is closed; waits for nothing. */
  @Override
  public String toString() {
    return "UsernameRegistry " + key() + (closed.get() ? " (closed)" : "");
  }

  private <T> T call(Call<T> call) {
    if (closed.get()) {
      throw new IllegalStateException("this registry is closed; open it again to use it");
    }
    try {
      return call.run();
    } catch (IOException failed) {
      throw new RegistryException(
          "the disk failed; close the registry, look after the disk and open it again: "
              + failed.getMessage(),
          failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new RegistryException(
          "interrupted while waiting for peers, and before anything was written", stop);
    }
  }

  /** Something that may wait for the disk or for peers. */
  private interface Call<T> {
    T run() throws IOException, InterruptedException;
  }
}
