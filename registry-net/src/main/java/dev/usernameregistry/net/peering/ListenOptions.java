package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How peers may reach us.
 *
 * @param firewall decides who may connect
 * @param relayThrough tells the blind relay that is proposed to a peer, if one is. Asked for each
 *     handshake before it is answered; answers at once
 * @param shareLocalAddress whether peers are told our local addresses and may use them
 * @param holepunch whether a punch through the NATs is offered
 */
public record ListenOptions(
    Firewall firewall,
    Supplier<Optional<Key>> relayThrough,
    boolean shareLocalAddress,
    boolean holepunch) {
  /** Everybody may connect, in every direct way; a blind relay only if the peer proposes one. */
  public static final ListenOptions DEFAULT =
      new ListenOptions(Firewall.OPEN, Optional::empty, true, true);

  /** Returns these options with another firewall. */
  public ListenOptions firewall(Firewall firewall) {
    return new ListenOptions(firewall, relayThrough, shareLocalAddress, holepunch);
  }

  /** Returns these options with another choice of a blind relay. */
  public ListenOptions relayThrough(Supplier<Optional<Key>> relay) {
    return new ListenOptions(firewall, relay, shareLocalAddress, holepunch);
  }
}
