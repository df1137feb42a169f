package dev.usernameregistry.examples.nat;

import java.util.ArrayList;
import java.util.List;

/** One network namespace: a machine of its own as far as the network is concerned. */
final class Namespace implements AutoCloseable {
  private static final String IPV4 = "/proc/sys/net/ipv4/";

  private final String name;

  /** Makes it, with its loopback interface. */
  Namespace(String name) {
    this.name = name;
    Commands.run(List.of("ip", "netns", "add", name));
    run("ip", "link", "set", "lo", "up");
  }

  /** Runs a program in it to its end; returns what it printed. */
  String run(String... command) {
    return Commands.run(inside(List.of(command)));
  }

  /** Returns the command that runs {@code command} in it. */
  List<String> inside(List<String> command) {
    List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
    inside.addAll(command);
    return inside;
  }

  /** Lays a cable to {@code other}; both ends get an address of the same network of 256. */
  void connect(String end, String address, Namespace other, String otherEnd, String otherAddress) {
    Commands.run(
        List.of(
            "ip",
            "link",
            "add",
            end,
            "netns",
            name,
            "type",
            "veth", //
            "peer",
            "name",
            otherEnd,
            "netns",
            other.name));
    address(end, address);
    other.address(otherEnd, otherAddress);
  }

  private void address(String end, String address) {
    run("ip", "address", "add", address + "/24", "dev", end);
    run("ip", "link", "set", end, "up");
  }

  /** Sends all that is not for a neighbour to {@code gateway}. */
  void routeThrough(String gateway) {
    run("ip", "route", "add", "default", "via", gateway);
  }

  /** Passes packets on. */
  void forward() {
    set("ip_forward", "1");
  }

  /** Gives packets of programs started from now on this time to live. */
  void timeToLive(int hops) {
    set("ip_default_ttl", String.valueOf(hops));
  }

  private void set(String key, String value) {
    run("sh", "-c", "echo " + value + " > " + IPV4 + key);
  }

  /** Sets packet rules. */
  void rules(String rules) {
    Commands.run(inside(List.of("nft", "-f", "-")), rules);
  }

  /** Removes it, and its ends of cables with it. */
  @Override
  public void close() {
    Commands.run(List.of("ip", "netns", "delete", name));
  }
}
