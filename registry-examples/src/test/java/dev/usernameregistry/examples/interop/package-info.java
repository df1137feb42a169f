/**
 * Our peers and peers of the reference implementation on one machine: they read each other's
 * registries over encrypted TCP connections.
 *
 * <p>The other side is {@code registry-peer.mjs}, on the exact versions of its {@code
 * package.json}. Without Node.js these tests are skipped, unless the build is told {@code
 * -Dinterop=required}.
 */
@NullMarked
package dev.usernameregistry.examples.interop;

import org.jspecify.annotations.NullMarked;
