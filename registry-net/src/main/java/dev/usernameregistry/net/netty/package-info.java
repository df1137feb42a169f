/**
 * Sockets, the event loop and its timers. Carries bytes and time between the network and machines,
 * {@link dev.usernameregistry.net.netty.StreamMachine}s over TCP and a {@link
 * dev.usernameregistry.net.netty.DatagramMachine} over UDP, and decides nothing.
 *
 * <p>The only room that knows Netty; see {@code DatagramDriverTest} and {@code TcpNetworkTest}.
 */
@NullMarked
package dev.usernameregistry.net.netty;

import org.jspecify.annotations.NullMarked;
