/**
 * Reading and writing compact-encoded values, the encoding of every Hypercore structure except
 * Hyperbee blocks.
 *
 * <p>Compatible with compact-encoding 3; see {@code EncodingVectorsTest}. Nothing here allocates
 * before a length has been checked against a limit and against the bytes that are left.
 */
@NullMarked
package dev.usernameregistry.codec;

import org.jspecify.annotations.NullMarked;
