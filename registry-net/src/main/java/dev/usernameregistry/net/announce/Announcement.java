package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.util.List;

/**
 * What a peer announces.
 *
 * @param topic what it can be found under
 * @param relayAddresses nodes that forward a handshake to it, best first; nodes keep three
 * @param clear whether older announcements of the same key are taken away first. Needed when the
 *     relay addresses have changed, because nodes of the reference keep the older ones
 * @param bump milliseconds since 1970 that lookups are told, or 0
 */
public record Announcement(
    Key topic, KeyPair keyPair, List<Ipv4Address> relayAddresses, boolean clear, long bump) {
  /** Relay addresses in one announcement at most. */
  public static final int RELAYS_MAX = 32;

  /**
   * Copies the list and checks its length.
   *
   * @throws IllegalArgumentException if there are more than {@link #RELAYS_MAX} addresses, or the
   *     bump is negative
   */
  public Announcement {
    relayAddresses = List.copyOf(relayAddresses);
    if (relayAddresses.size() > RELAYS_MAX) {
      throw new IllegalArgumentException(
          relayAddresses.size() + " relay addresses, at most " + RELAYS_MAX);
    }
    if (bump < 0) {
      throw new IllegalArgumentException("bump " + bump + " is negative");
    }
  }

  /** An announcement without a bump that leaves older ones alone. */
  public static Announcement of(Key topic, KeyPair keyPair, List<Ipv4Address> relayAddresses) {
    return new Announcement(topic, keyPair, relayAddresses, false, 0);
  }

  /** Returns this announcement as one that takes older ones away first. */
  public Announcement clearing() {
    return new Announcement(topic, keyPair, relayAddresses, true, bump);
  }
}
