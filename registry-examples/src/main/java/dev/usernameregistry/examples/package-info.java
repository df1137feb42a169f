/**
 * Programs that a newcomer runs first: a demo that tells a story, and a shell to play with.
 *
 * <p>They use the library as any application would, through {@link
 * dev.usernameregistry.UsernameRegistry}; see {@code DemoTest}, {@code ShellTest}, and {@code
 * PackageMapTest} for the map of all packages.
 */
@NullMarked
package dev.usernameregistry.examples;

import org.jspecify.annotations.NullMarked;
