package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a request of ours.
 *
 * @param from the node that answered, the one that was asked
 * @param socket the socket of ours that it arrived on
 * @param to our address as that node sees it
 * @param id the node's id if it is persistent; it fits {@code from}
 * @param token proves to that node that we receive what it sends; copy it into the next request
 * @param closerNodes nodes it knows near the target
 * @param error 0 for none
 * @param rttNanos from the first sending to the answer
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
public record Reply(
    Ipv4Address from,
    int socket,
    Ipv4Address to,
    @Nullable Key id,
    byte @Nullable [] token,
    List<Ipv4Address> closerNodes,
    int error,
    byte @Nullable [] value,
    long rttNanos) {}
