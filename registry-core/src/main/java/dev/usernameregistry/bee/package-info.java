/**
 * A sorted key/value view over a log: a B-tree of which each put or delete appends the changed path
 * as one block.
 *
 * <p>Compatible with Hyperbee 2, block for block; see {@code BeeVectorsTest}. A peer's log may hold
 * anything: every read gives a value or a typed exception, in bounded time and memory.
 */
@NullMarked
package dev.usernameregistry.bee;

import org.jspecify.annotations.NullMarked;
