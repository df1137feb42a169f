/**
 * A log: append, get, make and apply proofs, head, fork; and the ports through which it is stored.
 *
 * <p>Compatible with Hypercore 11; see {@code ProofVectorsTest} and {@code ManifestVectorsTest}.
 */
@NullMarked
package dev.usernameregistry.log;

import org.jspecify.annotations.NullMarked;
