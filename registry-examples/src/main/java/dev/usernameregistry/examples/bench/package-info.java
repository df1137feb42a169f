/** Measurements, each beside the reference implementation on the same machine in the same run. */
@NullMarked
package dev.usernameregistry.examples.bench;

import org.jspecify.annotations.NullMarked;
