package dev.usernameregistry.examples.terminal;

import dev.usernameregistry.net.SwarmStatus.Reachability;

/** How people are told whether others can reach them, and what they can do about it. */
public final class Reach {
  private Reach() {}

  /** Returns the word for programs. */
  public static String word(Reachability reachability) {
    return switch (reachability) {
      case UNKNOWN -> "unknown";
      case OPEN -> "open";
      case CONSISTENT -> "consistent";
      case RANDOM -> "random";
    };
  }

  /** Returns what it means, as the end of a sentence. */
  public static String meaning(Reachability reachability) {
    return switch (reachability) {
      case UNKNOWN -> "too few nodes of the DHT have said how they see this machine";
      case OPEN -> "others can reach this machine directly";
      case CONSISTENT -> "behind a gateway that others get through with a little help of the DHT";
      case RANDOM -> "behind a gateway that shows another port to everyone; not all get through";
    };
  }

  /** Returns what can be done about it; empty if nothing need be. */
  public static String advice(Reachability reachability) {
    return switch (reachability) {
      case UNKNOWN -> "wait some seconds; if it stays so, name more nodes with --bootstrap";
      case OPEN, CONSISTENT -> "";
      case RANDOM ->
          "forward the UDP port to this machine in the gateway, or use another network; peers that"
              + " are reachable still connect with you";
    };
  }
}
