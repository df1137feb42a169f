/**
 * Puts the protocol rooms together: {@link dev.usernameregistry.net.TcpNetwork} is the network of a
 * registry whose peers are told addresses.
 *
 * <p>Compatible with corestore's replication over secret-stream; see {@code SharingTest} (machines
 * in memory) and {@code TcpNetworkTest} (sockets).
 */
@NullMarked
package dev.usernameregistry.net;

import org.jspecify.annotations.NullMarked;
