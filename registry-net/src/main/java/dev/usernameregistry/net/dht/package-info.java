/**
 * A node of the DHT: requests and replies in single datagrams, the routing table, iterative
 * queries, tokens, and finding out how the node looks from outside.
 *
 * <p>Compatible with dht-rpc 6, the layer under HyperDHT; see {@code DhtVectorsTest}. Nothing here
 * has a socket, a thread or a clock. Two rules are stricter than the reference's: a reply counts
 * only if it comes from the address that was asked, and a host that has not proven that it receives
 * what we send to it is never sent more than it sent; see {@link
 * dev.usernameregistry.net.dht.DhtNode}.
 */
@NullMarked
package dev.usernameregistry.net.dht;

import org.jspecify.annotations.NullMarked;
