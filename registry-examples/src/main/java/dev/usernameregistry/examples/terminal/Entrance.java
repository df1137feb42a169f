package dev.usernameregistry.examples.terminal;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Where a DHT is entered, and what people are told when nobody answers there. Looks the names of
 * its nodes up meanwhile, on a thread of its own: a name service may take half a minute to fail.
 * Safe from any thread.
 */
public final class Entrance {
  private static final String NAMELESS_ADVICE =
      "check how --bootstrap is written, and whether this machine can look names up; an IPv4 address"
          + " in place of a name needs no name service";

  /** How long a DHT may take to be entered before people are told that nobody answers. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final long startNanos = System.nanoTime();
  private final List<Address> nodes;

  /** Hosts that have no IPv4 address. */
  private final CompletableFuture<List<String>> unknown = new CompletableFuture<>();

  private Entrance(List<Address> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Returns the entrance by way of {@code nodes}.
   *
   * @param nodes none for the public ones
   */
  public static Entrance by(List<Address> nodes) {
    Entrance entrance = new Entrance(nodes);
    Thread lookingUp =
        new Thread(() -> entrance.unknown.complete(unknownHosts(entrance.nodes)), "entrance-names");
    lookingUp.setDaemon(true);
    lookingUp.start();
    return entrance;
  }

  /** Returns the hosts of {@code nodes} that have no IPv4 address. Waits for the name service. */
  private static List<String> unknownHosts(List<Address> nodes) {
    return nodes.stream()
        .map(Address::host)
        .distinct()
        .filter(host -> !hasIpv4Address(host))
        .toList();
  }

  private static boolean hasIpv4Address(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).anyMatch(Inet4Address.class::isInstance);
    } catch (UnknownHostException e) {
      return false; // that is the answer
    }
  }

  /** Returns its nodes, for a sentence. */
  public String shown() {
    return nodes.isEmpty()
        ? "the public nodes"
        : nodes.stream().map(Address::toString).collect(Collectors.joining(", "));
  }

  /** Returns this entrance when its hosts are looked up; waits for the name service. */
  public Entrance lookedUp() {
    unknown.join();
    return this;
  }

  /** Returns whether it is known by now that none of its hosts has an address. */
  public boolean isHopeless() {
    return unknown.isDone()
        && !nodes.isEmpty()
        && nodes.stream().map(Address::host).allMatch(unknown()::contains);
  }

  /** Returns whether somebody should have answered by now. */
  public boolean isOverdue() {
    return isHopeless() || System.nanoTime() - startNanos > PATIENCE.toNanos();
  }

  /** Returns why no node answers, as far as that is known by now; a sentence's beginning. */
  public String silence() {
    if (!unknown.isDone()) {
      return "the name service takes long to look up the hosts of " + shown();
    }
    if (isEveryHostKnown()) {
      return "no node of the DHT answers at " + shown();
    }
    return nameless(unknown()) + (isHopeless() ? "" : ", and no other node of the DHT answers");
  }

  /** Returns what to do about {@link #silence}. */
  public String advice() {
    if (nodes.isEmpty()) {
      return "check that this machine is online, and that its network lets UDP out; or run nodes of"
          + " your own ("
          + Programs.command("bootstrap")
          + ") and name one with --bootstrap";
    }
    return isEveryHostKnown()
        ? "check that a node runs there ("
            + Programs.command("bootstrap")
            + "), that the address is right, and"
            + " that nothing on the way drops UDP"
        : NAMELESS_ADVICE;
  }

  /** Returns which program says more; a part of a sentence. */
  public String doctor() {
    String options =
        nodes.stream().map(node -> " --bootstrap " + node).collect(Collectors.joining());
    return Programs.command("doctor") + options + " says what to do about it";
  }

  /** Returns {@link #silence} and {@link #advice} in one sentence. */
  public String trouble() {
    return silence() + ": " + advice();
  }

  /** Returns {@link #trouble} of an entrance where somebody may be about to answer. */
  public String troubleSoFar() {
    return isEveryHostKnown()
        ? "no node of the DHT has answered yet at " + shown() + ": " + advice()
        : trouble();
  }

  private boolean isEveryHostKnown() {
    return unknown.isDone() && unknown().isEmpty();
  }

  /** Returns the hosts without an address, as far as they are looked up. */
  private List<String> unknown() {
    return unknown.getNow(List.of());
  }

  /** Returns what is wrong with hosts that have no address; a sentence's beginning. */
  private static String nameless(List<String> hosts) {
    String one = "no IPv4 address is known of the host";
    return one + (hosts.size() == 1 ? " " : "s ") + String.join(", ", hosts);
  }
}
