/**
 * Connections between peers that know one another's keys: the handshake through nodes of the DHT,
 * how the two sides then reach one another, and the relaying of others' messages.
 *
 * <p>Compatible with hyperdht 6 ({@code lib/server.js}, {@code lib/connect.js}, {@code
 * lib/router.js}) and, as a client, with blind-relay 1; see {@code PeeringVectorsTest} and {@code
 * PeeringTest}. Nothing here has a socket, a thread or a clock.
 */
@NullMarked
package dev.usernameregistry.net.peering;

import org.jspecify.annotations.NullMarked;
