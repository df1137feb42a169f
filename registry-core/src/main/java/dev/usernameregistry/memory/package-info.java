/** Storage in memory, the twin of the one on disk: gone when it is closed. */
@NullMarked
package dev.usernameregistry.memory;

import org.jspecify.annotations.NullMarked;
