package dev.usernameregistry.net.udx;

import dev.usernameregistry.codec.Ipv4Address;

/**
 * Where a datagram goes.
 *
 * @param socket the number of the socket that it leaves from
 * @param to the address that it goes to
 */
public record Route(int socket, Ipv4Address to) {}
