package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Optional;

/**
 * One known registry at one moment.
 *
 * @param key names the registry; it is the key of its log
 * @param own whether it is the user's own
 * @param discoveredAt when this peer first heard of it; of the own one, when it was made
 * @param lastSeenAt when a connected peer last told or announced it
 * @param length blocks in its log
 * @param names names in it that are listed or lose against another claim
 * @param refusedNames names in it that break the name policy and are therefore not listed
 * @param unusableRecords records in it that are no registration and are therefore not listed
 * @param state whether all of it is known here. What peers announced is compared in the answer of
 *     {@link UsernameRegistry#registries} only; of the news, {@link RegistryListener#registryFound}
 *     alone has {@link State#UNCONFIRMED}
 * @param reason why the state is not {@link State#SYNCED}, for people; empty if it is
 */
public record RegistryInfo(
    Key key,
    boolean own,
    Instant discoveredAt,
    Instant lastSeenAt,
    long length,
    long names,
    long refusedNames,
    long unusableRecords,
    State state,
    Optional<String> reason) {

  /** How much of a registry is known here. */
  public enum State {
    /** All that the connected peers announced of it is here and is answered from; or it is own. */
    SYNCED,
    /**
     * All that peers have proved of it is here, but no peer that is connected now has announced it:
     * nobody says whether there is more.
     */
    UNCONFIRMED,
    /** There is more of it than is here. */
    BEHIND,
    /**
     * Its log is no registry, or a record in it cannot be read; older names of it may be listed.
     */
    UNREADABLE,
    /**
     * Its writer signed two histories. Nothing is added to it any more; what both have in common
     * stays, and is fetched if it is not here. As long as nobody has told how much that is, all
     * stays that is here.
     */
    FROZEN
  }
}
