/**
 * The Merkle tree of a log: index arithmetic, node hashes, and proofs that a block or a longer tree
 * belongs to a signed head.
 *
 * <p>Compatible with Hypercore 11; see {@code MerkleVectorsTest} and {@code
 * ProofMakingVectorsTest}. Nothing here talks to a peer, looks at a clock or checks a signature;
 * stored nodes come through {@link dev.usernameregistry.tree.NodeReader}.
 */
@NullMarked
package dev.usernameregistry.tree;

import org.jspecify.annotations.NullMarked;
