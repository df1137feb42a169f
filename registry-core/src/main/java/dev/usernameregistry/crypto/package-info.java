/**
 * Hashes, key pairs, signatures, namespaces and the discovery key.
 *
 * <p>BLAKE2b and Ed25519 as libsodium has them; see {@code KeyVectorsTest}. The primitives are
 * Bouncy Castle's; this room gives them our words.
 */
@NullMarked
package dev.usernameregistry.crypto;

import org.jspecify.annotations.NullMarked;
