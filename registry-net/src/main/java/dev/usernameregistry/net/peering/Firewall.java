package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.message.NoisePayload;

/** Decides who may connect, before anything is answered. */
@FunctionalInterface
public interface Firewall {
  /** Lets everybody in. */
  Firewall OPEN = (peer, payload, address) -> false;

  /**
   * Returns whether a peer is refused; it then gets no answer at all.
   *
   * @param peer the peer's key, proven, but perhaps in a repeated message
   * @param payload what the peer says of itself
   * @param address the peer as we, or the relay, see it
   */
  boolean refuses(Key peer, NoisePayload payload, Ipv4Address address);
}
