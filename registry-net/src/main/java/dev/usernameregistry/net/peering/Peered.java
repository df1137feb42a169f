package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.noise.SessionKeys;

/**
 * A connected stream and what its two ends agreed on.
 *
 * <p>The peer's key is proven by the handshake, but on the server's side nothing has proven yet
 * that this is no repetition of an old first message: only the first encrypted bytes do. So whoever
 * takes this over ends the stream if the peer's header does not come within a few seconds.
 *
 * @param streamId local id of the stream, connected
 * @param keys what the secret stream over it starts with
 * @param remote where the stream sends to at first; may be a blind relay's address
 * @param relayed whether the stream runs through a blind relay at first
 */
public record Peered(int streamId, SessionKeys keys, Ipv4Address remote, boolean relayed) {}
