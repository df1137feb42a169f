/**
 * The policy of a swarm: which topics are looked up and announced when, which of the found peers
 * are dialled in which order and how often, and which of two connections to one peer survives.
 *
 * <p>Behaves as hyperswarm 4.17 does; see {@code SwarmVectorsTest}, and {@code
 * SimultaneousDialsTest} for the rule that both ends must agree on. Nothing here opens a socket,
 * starts a thread or looks at a clock: the DHT, dialling and the connections are ports that the
 * caller implements.
 */
@NullMarked
package dev.usernameregistry.net.swarm;

import org.jspecify.annotations.NullMarked;
