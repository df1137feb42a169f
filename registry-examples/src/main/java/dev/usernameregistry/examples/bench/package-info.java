/**
 * Measures this library, and the JavaScript reference beside it, on the same machine in the same
 * run; tells the figures, how costs grow, and what became slower since an earlier run. What is
 * measured is in the rooms below.
 *
 * <p>{@code BenchTest}, {@code EarlierTest} and {@code GrowthTest} test how figures become tables;
 * {@code BenchProcessTest} runs all rows quickly.
 */
@NullMarked
package dev.usernameregistry.examples.bench;

import org.jspecify.annotations.NullMarked;
