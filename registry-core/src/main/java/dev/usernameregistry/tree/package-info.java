/**
 * The Merkle tree of a log: index arithmetic, node hashes, and proofs that a block or a longer tree
 * belongs to a signed head.
 *
 * <p>Compatible with Hypercore 11; see {@code MerkleVectorsTest} and {@code ProofVectorsTest}.
 * Nothing here reads storage, talks to a peer or looks at a clock.
 */
@NullMarked
package dev.usernameregistry.tree;

import org.jspecify.annotations.NullMarked;
