package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import org.jspecify.annotations.Nullable;

/**
 * How a peer is dialled.
 *
 * @param relayThrough the blind relay that is proposed to the peer, or null for none
 * @param localConnection whether a way inside the own network is tried, and own local addresses are
 *     told
 * @param holepunch whether a punch through the NATs is tried
 */
public record DialOptions(@Nullable Key relayThrough, boolean localConnection, boolean holepunch) {
  /** Every direct way, and a blind relay only if the peer proposes one. */
  public static final DialOptions DEFAULT = new DialOptions(null, true, true);

  /** Returns these options with a blind relay, which is what a forced relaying asks for. */
  public DialOptions relayThrough(@Nullable Key relay) {
    return new DialOptions(relay, localConnection, holepunch);
  }
}
