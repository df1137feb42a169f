package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The registries of which peers told and that are not looked at yet: their own, and those that they
 * introduced. Of the latter also who did, until something of each is here. Safe from any thread.
 */
final class ToldRegistries {
  /** Keys of peers' own registries that are kept at most until they are looked at. */
  static final int OWN_MAX = 1024;

  private final KnownRegistries known;

  // All guarded by this. Strangers choose the keys, of which a tree takes no longer for some.

  private final Set<Key> own = new HashSet<>();
  private final Set<Key> introduced = new LinkedHashSet<>();

  /** Who introduced what of which nothing was here at the last look. */
  private final Map<Key, Set<Connection>> introducers = new TreeMap<>();

  ToldRegistries(KnownRegistries known) {
    this.known = known;
  }

  /** A peer told its own registry. */
  synchronized void own(Key key) {
    if (own.size() < OWN_MAX) {
      own.add(key);
    }
  }

  /** Returns the keys of {@link #own} since the last call. */
  synchronized Set<Key> takeOwn() {
    Set<Key> taken = new HashSet<>(own);
    own.clear();
    return taken;
  }

  /** A peer introduced these; returns those that are wanted. */
  synchronized Set<Key> introduced(PeerState peer, List<Key> keys) {
    Connection from = Connection.of(peer);
    Set<Key> wanted = new HashSet<>();
    for (Key key : keys) {
      boolean added = known.isOnlyIntroduced(key);
      if (added || known.wants(key, introduced.size())) {
        if (!added) {
          introduced.add(key);
        }
        introducers.computeIfAbsent(key, none -> new HashSet<>()).add(from);
        wanted.add(key);
      }
    }
    return wanted;
  }

  /** Returns what is wanted of {@link #introduced} since the last call. */
  synchronized List<Key> takeIntroduced() {
    List<Key> taken = List.copyOf(introduced);
    introduced.clear();
    return taken;
  }

  /**
   * Returns what to forget, because nothing of it is here and nobody who introduced it is any more.
   */
  synchronized List<KnownRegistry> abandoned(Collection<Connection> connected) {
    List<KnownRegistry> abandoned = new ArrayList<>();
    introducers
        .entrySet()
        .removeIf(
            entry -> {
              KnownRegistry registry = known.find(entry.getKey()).orElse(null);
              if (registry == null || !registry.isOnlyIntroduced()) {
                return !introduced.contains(entry.getKey()); // else it is about to be added
              }
              entry.getValue().retainAll(connected);
              if (entry.getValue().isEmpty()) {
                abandoned.add(registry);
              }
              return false; // not before it is forgotten, which may fail
            });
    return abandoned;
  }

  /** Returns the registries that these peers told or announced. */
  static Set<Key> seen(Collection<PeerState> peers) {
    Set<Key> seen = new HashSet<>();
    for (PeerState peer : peers) {
      peer.registryKey().ifPresent(seen::add);
      seen.addAll(peer.heads().keySet());
    }
    return seen;
  }

  /** Tells one connection from another, also of the same peer. */
  record Connection(Key peer, String address, Instant connectedAt) {
    static Connection of(PeerState peer) {
      return new Connection(peer.publicKey(), peer.address(), peer.connectedAt());
    }
  }
}
