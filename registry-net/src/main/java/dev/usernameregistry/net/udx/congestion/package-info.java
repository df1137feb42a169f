/**
 * What a sender learns from acknowledgements: round trip times, the delivery rate, which packets
 * are lost, and from that how much may be in flight and how fast it may leave.
 *
 * <p>Follows chapters 8 to 10 of the UDX sheet: RTO as in RFC 6298, RACK as in RFC 8985, BBR
 * version 1. Pure arithmetic: nothing here knows bytes of packets, sockets or a clock. See {@code
 * BbrTest}, {@code RackTest}, {@code RoundTripTest}.
 */
@NullMarked
package dev.usernameregistry.net.udx.congestion;

import org.jspecify.annotations.NullMarked;
