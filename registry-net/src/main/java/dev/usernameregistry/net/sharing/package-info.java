/**
 * The logs of one registry, shared over any number of encrypted connections: which channels a
 * connection has, in which order their messages leave, and what peers say about themselves. Joins
 * {@code noise}, {@code mux}, {@code replication} and {@code directory}, as one joins pipes.
 *
 * <p>Compatible with corestore's replication over secret-stream; see {@code SharingTest}. No
 * sockets, threads or clocks here.
 */
@NullMarked
package dev.usernameregistry.net.sharing;

import org.jspecify.annotations.NullMarked;
