package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import org.jspecify.annotations.Nullable;

/**
 * How peers may reach us.
 *
 * @param firewall decides who may connect
 * @param relayThrough the blind relay that is proposed to every peer, or null for none
 * @param shareLocalAddress whether peers are told our local addresses and may use them
 * @param holepunch whether a punch through the NATs is offered
 */
public record ListenOptions(
    Firewall firewall, @Nullable Key relayThrough, boolean shareLocalAddress, boolean holepunch) {
  /** Everybody may connect, in every direct way; a blind relay only if the peer proposes one. */
  public static final ListenOptions DEFAULT = new ListenOptions(Firewall.OPEN, null, true, true);

  /** Returns these options with another firewall. */
  public ListenOptions firewall(Firewall firewall) {
    return new ListenOptions(firewall, relayThrough, shareLocalAddress, holepunch);
  }

  /** Returns these options with a blind relay. */
  public ListenOptions relayThrough(@Nullable Key relay) {
    return new ListenOptions(firewall, relay, shareLocalAddress, holepunch);
  }
}
