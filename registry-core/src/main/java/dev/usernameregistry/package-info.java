/**
 * The username registry: {@link dev.usernameregistry.UsernameRegistry}, its builder, options and
 * results, and the port through which it reaches its peers.
 */
@NullMarked
package dev.usernameregistry;

import org.jspecify.annotations.NullMarked;
