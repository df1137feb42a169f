package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;

/**
 * What a lookup or announcement ended with.
 *
 * @param closestNodes the nodes closest to the target that keep things for others, at most 20,
 *     closest first; good to start the next lookup of the same target from
 * @param answerCount nodes that answered without an error
 * @param announcedCount nodes that took the announcement; 0 also if nothing was announced
 */
public record LookupResult(List<Ipv4Address> closestNodes, int answerCount, int announcedCount) {
  /** Copies the list. */
  public LookupResult {
    closestNodes = List.copyOf(closestNodes);
  }
}
