/**
 * What two peers write to one another before they have a connection: the messages of the handshake
 * through the DHT, what is inside them, and what is asked of a blind relay.
 *
 * <p>Compatible with hyperdht 6 and blind-relay 1; see {@code PeeringVectorsTest}.
 */
@NullMarked
package dev.usernameregistry.net.peering.message;

import org.jspecify.annotations.NullMarked;
