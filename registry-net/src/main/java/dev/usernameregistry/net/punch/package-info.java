/**
 * Making a way through two NATs with the help of a relay: what kind of NAT we are behind, what the
 * two sides tell each other, and the probes that open the way.
 *
 * <p>Compatible with the holepuncher of {@code hyperdht} 6; see {@code PunchVectorsTest} and {@code
 * PunchSimulationTest}. Nothing here has a socket, a thread or a clock.
 */
@NullMarked
package dev.usernameregistry.net.punch;

import org.jspecify.annotations.NullMarked;
