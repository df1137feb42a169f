/**
 * What every measurement is made of: rows with goals, workloads that fill them in rounds, and the
 * processes that do the work.
 *
 * <p>{@code BenchTest} tests how figures become a table.
 */
@NullMarked
package dev.usernameregistry.examples.bench.frame;

import org.jspecify.annotations.NullMarked;
