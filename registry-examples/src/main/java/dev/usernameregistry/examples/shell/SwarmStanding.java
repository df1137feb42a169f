package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import java.util.Optional;

/**
 * How a swarm stands at one moment.
 *
 * @param status what it says itself
 * @param trouble why no node of the DHT answers, and what to do about it; empty if one does, or it
 *     is too early to say
 * @param early whether one may be about to answer all the same, just after the start
 */
record SwarmStanding(SwarmStatus status, Optional<String> trouble, boolean early) {

  /** Returns how a swarm stands that enters the DHT by {@code entrance}. */
  static SwarmStanding of(SwarmStatus status, Entrance entrance) {
    Trouble trouble = status.trouble().orElse(null);
    if (trouble == Trouble.NO_ADDRESS) { // the swarm has just looked them all up
      return new SwarmStanding(status, Optional.of(entrance.lookedUp().trouble()), false);
    }
    if (!status.bootstrapped() && !entrance.isOverdue()) {
      return trouble == Trouble.NO_ANSWER
          ? new SwarmStanding(status, Optional.of(entrance.troubleSoFar()), true)
          : new SwarmStanding(status, Optional.empty(), false);
    }
    boolean silent = trouble == Trouble.NO_ANSWER || !status.bootstrapped();
    return new SwarmStanding(
        status, silent ? Optional.of(entrance.trouble()) : Optional.empty(), false);
  }

  /** Returns whether nodes of the DHT answer. */
  boolean entered() {
    return status.bootstrapped() && status.nodes() > 0;
  }

  /** Returns whether every topic was looked up, and this peer announced there, at least once. */
  boolean joined() {
    return entered()
        && !status.topics().isEmpty()
        && status.topics().stream().allMatch(TopicStatus::refreshed);
  }
}
