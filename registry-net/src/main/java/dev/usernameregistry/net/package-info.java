/**
 * Puts the protocol rooms together: {@link dev.usernameregistry.net.Swarm} is the network of a
 * registry that meets its peers on a topic, {@link dev.usernameregistry.net.TcpNetwork} of one
 * whose peers are told addresses, and {@link dev.usernameregistry.net.LocalDht} a DHT of one's own.
 *
 * <p>Compatible with hyperswarm 4 and with corestore's replication over secret-stream; see {@code
 * SwarmSimulationTest} (whole peers in memory), {@code SwarmTest} and {@code TcpNetworkTest}
 * (sockets), and the interop tests.
 */
@NullMarked
package dev.usernameregistry.net;

import org.jspecify.annotations.NullMarked;
