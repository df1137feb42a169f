package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Keys that are refused. Those that the firewall rejected are kept apart, so that strangers with
 * many keys cannot push out what the application banned.
 */
final class Bans {
  /** Keys that the application banned; with more, the oldest is forgotten. */
  static final int BANNED_MAX = 65_536;

  /** Keys that the firewall rejected; with more, the oldest is forgotten, and asked about again. */
  static final int REJECTED_MAX = 4_096;

  private final Set<Key> banned = new LinkedHashSet<>();
  private final Set<Key> rejected = new LinkedHashSet<>();

  int size() {
    return banned.size() + rejected.size();
  }

  boolean contains(Key key) {
    return banned.contains(key) || rejected.contains(key);
  }

  void ban(Key key) {
    rejected.remove(key);
    add(banned, key, BANNED_MAX);
  }

  void reject(Key key) {
    if (!banned.contains(key)) {
      add(rejected, key, REJECTED_MAX);
    }
  }

  private static void add(Set<Key> keys, Key key, int max) {
    keys.add(key);
    if (keys.size() > max) {
      Iterator<Key> oldest = keys.iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
