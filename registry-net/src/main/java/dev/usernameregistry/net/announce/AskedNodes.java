package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which nodes may have our announcement, from the last three times that we made it. */
final class AskedNodes {
  private Set<Ipv4Address> current = new LinkedHashSet<>();
  private Set<Ipv4Address> previous = new LinkedHashSet<>();
  private Set<Ipv4Address> beforePrevious = new LinkedHashSet<>();

  /** We begin to announce again. */
  void next() {
    beforePrevious = previous;
    previous = current;
    current = new LinkedHashSet<>();
  }

  void add(Ipv4Address node) {
    current.add(node);
  }

  void remove(Ipv4Address node) {
    current.remove(node);
  }

  boolean contains(Ipv4Address node) {
    return current.contains(node) || previous.contains(node) || beforePrevious.contains(node);
  }

  /** Returns those that were asked the last time and not this time. */
  Set<Ipv4Address> left() {
    Set<Ipv4Address> left = new LinkedHashSet<>(previous);
    left.removeAll(current);
    return left;
  }

  /**
   * Returns those that may have it now.
   *
   * @param midway whether this time has not ended, so that it may not have replaced the last one
   */
  Set<Ipv4Address> present(boolean midway) {
    Set<Ipv4Address> present = new LinkedHashSet<>(current);
    if (midway) {
      present.addAll(previous);
    }
    return present;
  }
}
