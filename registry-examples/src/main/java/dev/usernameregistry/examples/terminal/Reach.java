package dev.usernameregistry.examples.terminal;

import dev.usernameregistry.net.SwarmStatus;

/** Whether others can reach a peer, and what people are told about it. */
public enum Reach {
  /** Bound to loopback, where what nodes see says nothing about gateways. */
  LOOPBACK(
      "open",
      "only this machine's loopback is used, where no gateway is in the way; peers elsewhere are not"
          + " met",
      ""),

  /** Too few nodes of the DHT have said how they see this machine. */
  UNKNOWN(
      "unknown",
      "too few nodes of the DHT have said how they see this machine",
      "wait some seconds; if it stays so, name more nodes with --bootstrap"),

  /** Others can send to it at any time. */
  OPEN("open", "others can reach this machine directly", ""),

  /** Behind a gateway that shows one address to all. */
  CONSISTENT(
      "consistent", "behind a gateway that others get through with a little help of the DHT", ""),

  /** Behind a gateway that shows another port to each. */
  RANDOM(
      "random",
      "behind a gateway that shows another port to everyone; not all get through",
      "forward the UDP port to this machine in the gateway, or use another network; peers that are"
          + " reachable still connect with you");

  private final String word;
  private final String meaning;
  private final String advice;

  Reach(String word, String meaning, String advice) {
    this.word = word;
    this.meaning = meaning;
    this.advice = advice;
  }

  /** Returns what is known by now. */
  public static Reach of(SwarmStatus swarm) {
    if (swarm.dhtAddress().getAddress().isLoopbackAddress()) {
      return LOOPBACK;
    }
    return switch (swarm.reachability()) {
      case UNKNOWN -> UNKNOWN;
      case OPEN -> OPEN;
      case CONSISTENT -> CONSISTENT;
      case RANDOM -> RANDOM;
    };
  }

  /** Returns the word for programs. */
  public String word() {
    return word;
  }

  /** Returns what it means, as the end of a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Returns what can be done about it; empty if nothing need be. */
  public String advice() {
    return advice;
  }
}
