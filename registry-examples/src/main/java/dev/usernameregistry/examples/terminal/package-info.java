/**
 * What the programs here have in common at a terminal: options, ink, lines of JSON, and a clean end
 * when the process is told to end.
 *
 * <p>See {@code AddressTest}, {@code TopicOptionsTest} and {@code EndingTest}.
 */
@NullMarked
package dev.usernameregistry.examples.terminal;

import org.jspecify.annotations.NullMarked;
