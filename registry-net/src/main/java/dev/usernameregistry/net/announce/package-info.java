/**
 * What DHT nodes keep for others, and how a peer announces itself and finds others: records of
 * peers under topics, forwards to peers that are reachable through us, and signed or hashed values.
 *
 * <p>Compatible with hyperdht 6.34 (FIND_PEER, LOOKUP, ANNOUNCE, UNANNOUNCE and the put and get
 * commands); see {@code AnnounceVectorsTest} and {@code RecordedStorageTest}. Nothing here opens a
 * socket, starts a thread or looks at a clock.
 */
@NullMarked
package dev.usernameregistry.net.announce;

import org.jspecify.annotations.NullMarked;
