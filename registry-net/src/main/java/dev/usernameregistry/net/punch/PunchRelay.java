package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * A node that forwards to a server.
 *
 * @param relayAddress the node
 * @param peerAddress the server's announcing socket, as that node sees it
 */
public record PunchRelay(Ipv4Address relayAddress, Ipv4Address peerAddress) {}
