/**
 * Channels and their messages over one connection.
 *
 * <p>Compatible with protomux 3.12; see {@code MuxVectorsTest}. Nothing here opens a socket, starts
 * a thread or looks at a clock.
 */
@NullMarked
package dev.usernameregistry.net.mux;

import org.jspecify.annotations.NullMarked;
