/**
 * Measures what this machine can do at most: hash, sign, verify, fsync, and move bytes over
 * loopback. Other rows are shown beside these.
 *
 * <p>{@code BenchProcessTest} runs it quickly.
 */
@NullMarked
package dev.usernameregistry.examples.bench.limits;

import org.jspecify.annotations.NullMarked;
