/** Tests of the network as a whole. */
@NullMarked
package dev.usernameregistry.net;

import org.jspecify.annotations.NullMarked;
