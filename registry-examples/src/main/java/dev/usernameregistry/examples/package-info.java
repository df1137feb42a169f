/**
 * The programs in {@code registry.jar}: {@code Main} finds the one that is asked for, each in a
 * room of its own.
 *
 * <p>They use the library as any application would, through {@link
 * dev.usernameregistry.UsernameRegistry}. See {@code PackageMapTest} for the map of all packages.
 */
@NullMarked
package dev.usernameregistry.examples;

import org.jspecify.annotations.NullMarked;
