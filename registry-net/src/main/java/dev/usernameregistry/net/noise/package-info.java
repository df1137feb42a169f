/**
 * The encrypted stream between two peers: frames, the Noise handshake over the Edwards group, and
 * secretstream messages.
 *
 * <p>Compatible with {@code @hyperswarm/secret-stream} 6; see {@code SecretStreamVectorsTest}.
 * Nothing here has a socket, a thread or a clock. ChaCha20, the point multiplication and the Noise
 * patterns are written here; Poly1305, the IETF AEAD, field arithmetic and point checks are Bouncy
 * Castle's.
 */
@NullMarked
package dev.usernameregistry.net.noise;

import org.jspecify.annotations.NullMarked;
