package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The progress of some registries that was written last, so that who follows them does not read it
 * back. Safe from any thread.
 */
final class RecentProgress {
  private static final int REGISTRIES_MAX = 256;

  /** Guarded by this. */
  private final Map<Key, Progress> written = new LinkedHashMap<>();

  /** Returns what is stored for certain, or null if that is not in mind. */
  synchronized @Nullable Progress find(Key registry) {
    return written.get(registry);
  }

  /** Keeps in mind what was written, in place of the one that was written longest ago. */
  synchronized void put(Key registry, Progress progress) {
    written.remove(registry);
    written.put(registry, progress);
    if (written.size() > REGISTRIES_MAX) {
      written.remove(written.keySet().iterator().next());
    }
  }

  /** Forgets what was written: it is not certain any more. */
  synchronized void remove(Key registry) {
    written.remove(registry);
  }
}
