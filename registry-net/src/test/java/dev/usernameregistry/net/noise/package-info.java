/** Tests of the encrypted stream. */
@NullMarked
package dev.usernameregistry.net.noise;

import org.jspecify.annotations.NullMarked;
