package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import java.util.function.Supplier;

/**
 * What peering needs to know of the machine.
 *
 * @param localHosts tells the hosts of our server socket inside our own networks, as {@link
 *     Ipv4Address#host}: the host that it is bound to, or one for each interface if it is bound to
 *     all of them. Asked for each handshake, because networks come and go; answers at once
 */
public record PeeringOptions(Supplier<List<Integer>> localHosts) {
  /** Returns the options of a machine that stays where it is. */
  public static PeeringOptions of(List<Integer> localHosts) {
    List<Integer> hosts = List.copyOf(localHosts);
    return new PeeringOptions(() -> hosts);
  }
}
