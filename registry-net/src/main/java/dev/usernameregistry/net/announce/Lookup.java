package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;

/** Something that was asked of the DHT and has not ended yet. */
public interface Lookup {
  /**
   * Ends it: nothing more is asked or announced for it, and its listener is not called any more.
   * Harmless after the end.
   */
  void cancel(long nowNanos);

  /** Returns whether it has ended. */
  boolean isDone();

  /** Returns the nodes that were asked so far to keep our announcement; they may have it. */
  default List<Ipv4Address> askedToKeep() {
    return List.of();
  }
}
