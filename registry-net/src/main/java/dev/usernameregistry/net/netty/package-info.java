/**
 * Sockets, the event loop and its timers. Carries bytes and time between the network and {@link
 * dev.usernameregistry.net.netty.StreamMachine}s, and decides nothing.
 *
 * <p>The only room that knows Netty; see {@code TcpDriverTest}.
 */
@NullMarked
package dev.usernameregistry.net.netty;

import org.jspecify.annotations.NullMarked;
