/**
 * Rows about one registry and about many: writing, reading, replicating, starting, memory.
 *
 * <p>The work is done by {@code RegistryPeer} in a process of its own, and by {@code
 * registry-bench.mjs} in one of Node.js; both take the same commands. {@code BenchProcessTest} runs
 * all rows quickly.
 */
@NullMarked
package dev.usernameregistry.examples.bench.registry;

import org.jspecify.annotations.NullMarked;
