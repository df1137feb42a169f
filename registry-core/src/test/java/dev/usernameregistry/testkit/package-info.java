/**
 * What the tests of all modules share: vectors of the reference implementation.
 *
 * <p>Travels in this module's test-jar. Follows no specification; every {@code *VectorsTest} uses
 * it.
 */
@NullMarked
package dev.usernameregistry.testkit;

import org.jspecify.annotations.NullMarked;
