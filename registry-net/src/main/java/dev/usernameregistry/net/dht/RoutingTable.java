package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by how much of their id agrees with the own one: row i holds up to {@value #ROW_NODES_MAX}
 * nodes whose id differs first in bit i. Compatible with kademlia-routing-table 1.
 */
final class RoutingTable {
  /** Nodes in one row, and nodes that a reply names. */
  static final int ROW_NODES_MAX = 20;

  private static final int ROWS = 8 * Key.BYTES;

  private final Key id;
  private final List<@Nullable List<Entry>> rows = new ArrayList<>();
  private int size;

  /** One node of the table. Times are ticks. */
  static final class Entry {
    final Key id;
    final Ipv4Address address;

    /** When it entered the table. */
    long added;

    /** When we last asked it or heard from it. */
    long pinged;

    /** When we last heard from it. */
    long seen;

    /** When it last gave a sample of our address; 0 for never. */
    long sampled;

    /** How often others said that it does not answer. */
    int downHints;

    /** Its place in the order of being heard from; larger is later. */
    long order;

    Entry(Key id, Ipv4Address address) {
      this.id = id;
      this.address = address;
    }
  }

  RoutingTable(Key id) {
    this.id = id;
    for (int i = 0; i < ROWS; i++) {
      rows.add(null);
    }
  }

  /** Returns the id that a node at {@code address} must have: the hash of the address. */
  static Key idOf(Ipv4Address address) {
    WireWriter out = new WireWriter(Ipv4Address.BYTES);
    address.encode(out);
    return Key.of(Blake2b.hash(out.toByteArray()));
  }

  /** Returns which of two ids is closer to {@code target}: negative for {@code a}. */
  static int compareDistance(Key target, Key a, Key b) {
    for (int i = 0; i < Key.BYTES; i++) {
      int distanceA = target.byteAt(i) ^ a.byteAt(i);
      int distanceB = target.byteAt(i) ^ b.byteAt(i);
      if (distanceA != distanceB) {
        return distanceA - distanceB;
      }
    }
    return 0;
  }

  Key id() {
    return id;
  }

  int size() {
    return size;
  }

  /**
   * Adds a node. One with the same id is replaced.
   *
   * @return false if its row is full, or the id is the own one; nothing was changed then
   */
  boolean add(Entry entry) {
    if (entry.id.equals(id)) {
      return false;
    }
    List<Entry> row = row(entry.id);
    int place = place(row, entry.id);
    if (place < row.size() && row.get(place).id.equals(entry.id)) {
      row.set(place, entry);
      return true;
    }
    if (row.size() == ROW_NODES_MAX) {
      return false;
    }
    row.add(place, entry);
    size++;
    return true;
  }

  /** Removes a node; returns false if there is none with this id. */
  boolean remove(Key nodeId) {
    List<Entry> row = row(nodeId);
    int place = place(row, nodeId);
    if (place == row.size() || !row.get(place).id.equals(nodeId)) {
      return false;
    }
    row.remove(place);
    size--;
    return true;
  }

  @Nullable Entry get(Key nodeId) {
    List<Entry> row = row(nodeId);
    int place = place(row, nodeId);
    return place < row.size() && row.get(place).id.equals(nodeId) ? row.get(place) : null;
  }

  /** Returns the nodes that share a row with {@code nodeId}. */
  List<Entry> row(Key nodeId) {
    int index = rowOf(nodeId);
    List<Entry> row = rows.get(index);
    if (row == null) {
      row = new ArrayList<>();
      rows.set(index, row);
    }
    return row;
  }

  /** Returns the number of the row that an id belongs into. */
  int rowOf(Key nodeId) {
    for (int i = 0; i < Key.BYTES; i++) {
      int difference = nodeId.byteAt(i) ^ id.byteAt(i);
      if (difference != 0) {
        return 8 * i + Integer.numberOfLeadingZeros(difference) - 24;
      }
    }
    return ROWS - 1;
  }

  /**
   * Returns up to {@code max} nodes near {@code target} as the reference chooses them: those of its
   * row, of the rows before, then of the rows behind. These are neither sorted by distance nor the
   * closest ones, but they are spread well for the start of a query.
   */
  List<Entry> closest(Key target, int max) {
    List<Entry> closest = new ArrayList<>();
    int index = rowOf(target);
    for (int i = index; i >= 0; i--) {
      take(i, max, closest);
    }
    for (int i = index + 1; i < ROWS; i++) {
      take(i, max, closest);
    }
    return closest;
  }

  /**
   * Returns the {@code max} nodes closest to {@code target}, closest first. What the reference
   * replies instead, {@link #closest}, leaves out close nodes of the rows behind once those of the
   * rows before fill a reply; queries then ask about half as many nodes again and still may miss
   * some of the closest.
   */
  List<Entry> nearest(Key target, int max) {
    List<Entry> nearest = new ArrayList<>();
    int index = rowOf(target);
    takeSorted(index, index + 1, target, nearest);
    if (nearest.size() < max) {
      takeSorted(index + 1, ROWS, target, nearest); // all agree with it in fewer bits, equally many
    }
    for (int i = index - 1; i >= 0 && nearest.size() < max; i--) {
      takeSorted(i, i + 1, target, nearest);
    }
    return nearest.subList(0, Math.min(max, nearest.size()));
  }

  private void takeSorted(int from, int to, Key target, List<Entry> into) {
    int start = into.size();
    for (int i = from; i < to; i++) {
      take(i, Integer.MAX_VALUE, into);
    }
    into.subList(start, into.size()).sort((a, b) -> compareDistance(target, a.id, b.id));
  }

  private void take(int index, int max, List<Entry> into) {
    List<Entry> row = rows.get(index);
    if (row != null) {
      into.addAll(row.subList(0, Math.min(max - into.size(), row.size())));
    }
  }

  /** Returns the {@code number}-th node, counting through the rows, from 0. */
  Entry nth(int number) {
    int left = number;
    for (List<Entry> row : rows) {
      int here = row == null ? 0 : row.size();
      if (row != null && left < here) {
        return row.get(left);
      }
      left -= here;
    }
    throw new IndexOutOfBoundsException(number + " of " + size);
  }

  private static int place(List<Entry> row, Key nodeId) {
    int low = 0;
    int high = row.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (row.get(middle).id.compareTo(nodeId) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
