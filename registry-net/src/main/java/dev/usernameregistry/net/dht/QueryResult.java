package dev.usernameregistry.net.dht;

import java.util.List;

/**
 * What a query ended with.
 *
 * @param closest replies of the persistent nodes closest to the target, at most 20, closest first
 * @param successes replies without an error
 * @param errors replies with an error, and nodes that did not answer
 */
public record QueryResult(List<Reply> closest, int successes, int errors) {
  /** Copies the list. */
  public QueryResult {
    closest = List.copyOf(closest);
  }
}
