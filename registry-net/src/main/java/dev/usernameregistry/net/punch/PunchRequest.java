package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * A PEER_HOLEPUNCH request that a relay brought to a server.
 *
 * @param payload as sealed by the client
 * @param peerAddress the client, as the relay sees it
 * @param relay the relay
 * @param to our socket, as the relay knows it
 * @param socket our socket, on which the request arrived
 * @param ownRelay whether the relay is one at which the server announced itself
 */
public record PunchRequest(
    byte[] payload,
    Ipv4Address peerAddress,
    Ipv4Address relay,
    Ipv4Address to,
    int socket,
    boolean ownRelay) {}
