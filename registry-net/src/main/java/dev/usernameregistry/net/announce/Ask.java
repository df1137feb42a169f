package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a stranger asks of us: the parts of a request that decide the answer.
 *
 * @param token one that we gave to the host of {@code from}, or null
 * @param value null if there is none; an empty one counts as none
 * @param nodeId our own id
 */
record Ask(
    int command,
    @Nullable Key target,
    byte @Nullable [] token,
    byte @Nullable [] value,
    Ipv4Address from,
    Key nodeId) {

  Ask {
    if (value != null && value.length == 0) {
      value = null;
    }
  }

  static Ask of(IncomingRequest request, Key nodeId) {
    return new Ask(
        request.command(),
        request.target(),
        request.token(),
        request.value(),
        request.from(),
        nodeId);
  }
}
