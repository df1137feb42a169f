/**
 * Rows about peers that find and reach each other: what a joined peer costs, how long it waits for
 * the first name, and how fast one stream is.
 *
 * <p>{@code BenchProcessTest} runs them quickly.
 */
@NullMarked
package dev.usernameregistry.examples.bench.net;

import org.jspecify.annotations.NullMarked;
