package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;

/**
 * What peering needs to know of the machine.
 *
 * @param localHosts hosts of our server socket inside our own networks, as {@link
 *     Ipv4Address#host}: the host that it is bound to, or one for each interface if it is bound to
 *     all of them
 */
public record PeeringOptions(List<Integer> localHosts) {
  /** Copies the list. */
  public PeeringOptions {
    localHosts = List.copyOf(localHosts);
  }
}
