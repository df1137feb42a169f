package dev.usernameregistry.net.announce;

import org.jspecify.annotations.Nullable;

/** Learns of a value that is asked for. May call the room again, also {@link Lookup#cancel}. */
public interface ValueListener<V> {
  /**
   * A value was found and is right; every later call brings a newer one. Who cannot wait for the
   * newest cancels here.
   */
  default void found(V value, long nowNanos) {}

  /**
   * The search ended by itself; the last call.
   *
   * @param value the newest that was found, or null
   */
  void done(@Nullable V value, long nowNanos);
}
