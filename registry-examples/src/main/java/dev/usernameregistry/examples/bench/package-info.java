/**
 * Measures this library, and the JavaScript reference beside it, on the same machine in the same
 * run: each {@code Workload} does one kind of work on both sides by turns and fills rows of a
 * table.
 *
 * <p>{@code BenchTest} tests how figures become a table; {@code BenchProcessTest} runs it quickly.
 */
@NullMarked
package dev.usernameregistry.examples.bench;

import org.jspecify.annotations.NullMarked;
