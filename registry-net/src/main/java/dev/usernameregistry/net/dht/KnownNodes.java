package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.RoutingTable.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of the routing table, and in which order they were heard from.
 *
 * <p>One owner of addresses cannot fill the table: it takes at most {@value #HOST_NODES_MAX} nodes
 * of one host and {@value #RANGE_NODES_MAX} of one /24, so that at most half of the nodes that a
 * reply names are of one range. Loopback addresses are exempt: nobody outside can have one, and a
 * network on one machine has no others.
 */
final class KnownNodes {
  /** Nodes with the same host. */
  static final int HOST_NODES_MAX = 8;

  /** Nodes whose hosts have the same first three bytes. */
  static final int RANGE_NODES_MAX = 10;

  private final RandomGenerator random;
  private RoutingTable table;

  /** By the order of being heard from. Invariant: has exactly the nodes of the table. */
  private final TreeMap<Long, Entry> byOrder = new TreeMap<>();

  /** Nodes of each host and range, loopback left out. */
  private final Map<Integer, Integer> hosts = new HashMap<>();

  private final Map<Integer, Integer> ranges = new HashMap<>();
  private long nextOrder;

  KnownNodes(Key id, RandomGenerator random) {
    this.random = random;
    this.table = new RoutingTable(id);
  }

  /** Returns whether an address is the machine's own and cannot come from outside. */
  static boolean isLoopback(Ipv4Address address) {
    return address.host() >>> 24 == 127;
  }

  static int range(Ipv4Address address) {
    return address.host() >>> 8;
  }

  Key id() {
    return table.id();
  }

  int size() {
    return table.size();
  }

  @Nullable Entry get(Key id) {
    return table.get(id);
  }

  List<Entry> row(Key id) {
    return table.row(id);
  }

  List<Entry> closest(Key target, int max) {
    return table.closest(target, max);
  }

  List<Entry> nearest(Key target, int max) {
    return table.nearest(target, max);
  }

  /** Returns whether the limits for one host and one range leave room for {@code address}. */
  boolean allows(Ipv4Address address) {
    return isLoopback(address)
        || (hosts.getOrDefault(address.host(), 0) < HOST_NODES_MAX
            && ranges.getOrDefault(range(address), 0) < RANGE_NODES_MAX);
  }

  /** Adds a node that is not there yet, as the one heard from last; returns false if it may not. */
  boolean add(Entry entry) {
    if (table.get(entry.id) != null || !allows(entry.address) || !table.add(entry)) {
      return false;
    }
    entry.order = nextOrder++;
    byOrder.put(entry.order, entry);
    count(entry.address, 1);
    return true;
  }

  /** Notes that {@code entry} was heard from. */
  void touch(Entry entry) {
    byOrder.remove(entry.order);
    entry.order = nextOrder++;
    byOrder.put(entry.order, entry);
  }

  void remove(Key id) {
    Entry entry = table.get(id);
    if (entry != null) {
      table.remove(id);
      forget(entry);
    }
  }

  private void forget(Entry entry) {
    byOrder.remove(entry.order);
    count(entry.address, -1);
  }

  private void count(Ipv4Address address, int change) {
    if (!isLoopback(address)) {
      hosts.merge(address.host(), change, KnownNodes::sumOrNull);
      ranges.merge(range(address), change, KnownNodes::sumOrNull);
    }
  }

  private static @Nullable Integer sumOrNull(Integer a, Integer b) {
    return a + b == 0 ? null : a + b;
  }

  /** Sorts all nodes anew under another id; those that find no room are forgotten. */
  void changeId(Key id) {
    RoutingTable before = table;
    table = new RoutingTable(id);
    for (Entry entry : before.closest(before.id(), before.size())) {
      if (!table.add(entry)) {
        forget(entry);
      }
    }
  }

  /** Returns the node not heard from for longest and those after it, at most {@code max}. */
  List<Entry> oldest(int max) {
    return first(byOrder.values(), max);
  }

  /**
   * Returns the node heard from last and those before it, at most {@code max}: first one of each
   * host, then the others, so that a host that writes to us all the time is not all that we ask.
   */
  List<Entry> latest(int max) {
    List<Entry> firsts = new ArrayList<>();
    List<Entry> others = new ArrayList<>();
    Set<Long> sources = new HashSet<>();
    for (Entry entry : byOrder.descendingMap().values()) {
      if (firsts.size() >= max) {
        break;
      }
      (sources.add(SourceRates.source(entry.address)) ? firsts : others).add(entry);
    }
    firsts.addAll(first(others, max - firsts.size()));
    return firsts;
  }

  private static List<Entry> first(Iterable<Entry> entries, int max) {
    List<Entry> first = new ArrayList<>();
    for (Entry entry : entries) {
      if (first.size() >= max) {
        break;
      }
      first.add(entry);
    }
    return first;
  }

  /** Returns the id of some node, or the own one if there is none. */
  Key randomId() {
    return table.size() == 0 ? table.id() : table.nth(random.nextInt(table.size())).id;
  }
}
