package dev.usernameregistry.net.udx;

/**
 * What a stream has done so far.
 *
 * @param packetsSent data packets sent, each transmission counted
 * @param packetsRepeated how many of them were not the first transmission
 * @param packetsReceived stream packets received of any kind
 * @param bytesAcknowledged stream bytes that the peer acknowledged
 * @param roundTripNanos smoothed round trip time; 0 while unknown
 * @param windowPackets data packets that the congestion control lets be in flight
 * @param payloadBytesMax payload of a full data packet
 */
public record StreamStatistics(
    long packetsSent,
    long packetsRepeated,
    long packetsReceived,
    long bytesAcknowledged,
    long roundTripNanos,
    int windowPackets,
    int payloadBytesMax) {}
