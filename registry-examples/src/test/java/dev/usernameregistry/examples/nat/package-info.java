/**
 * Our peers, and some of the reference, behind real NATs of the kernel: network namespaces that the
 * test makes itself, with two private hosts behind masquerading gateways, a router between them
 * that lets nothing short-lived pass, and public nodes.
 *
 * <p>Needs Linux, root, and the programs {@code ip} and {@code nft}; without them these tests are
 * skipped and say why. No address or route is added to the machine itself.
 */
@NullMarked
package dev.usernameregistry.examples.nat;

import org.jspecify.annotations.NullMarked;
