/**
 * A play for newcomers: users who find each other on a topic, register names, see each other's, and
 * are refused duplicates, all of it checked.
 *
 * <p>See {@code DemoTest}, and {@code DemoProcessTest} for the program.
 */
@NullMarked
package dev.usernameregistry.examples.demo;

import org.jspecify.annotations.NullMarked;
