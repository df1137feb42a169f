/**
 * Reliable streams over datagrams: many streams share the sockets of a node, told apart by the id
 * in each packet.
 *
 * <p>Wire-compatible with {@code udx-native} 1.21; see {@code UdxVectorsTest}, and {@code
 * UdxSimulationTest} for behaviour on bad networks. Nothing here has a socket, a thread or a clock:
 * the caller brings datagrams and the time, and asks {@link
 * dev.usernameregistry.net.udx.UdxStreams} what to send and when to wake it.
 */
@NullMarked
package dev.usernameregistry.net.udx;

import org.jspecify.annotations.NullMarked;
