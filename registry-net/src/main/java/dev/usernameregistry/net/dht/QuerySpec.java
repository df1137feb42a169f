package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query asks of ever closer nodes.
 *
 * @param internal whether {@code command} is one of this room's own or one of the application's
 * @param startNodes nodes to ask first; if empty, those of the own table
 * @param retries how often one node is asked again, 0 to 10
 * @param background whether the query leaves room for other traffic
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
public record QuerySpec(
    boolean internal,
    int command,
    Key target,
    byte @Nullable [] value,
    List<Ipv4Address> startNodes,
    int retries,
    boolean background) {
  private static final int RETRIES = 5;

  /** Copies the list. */
  public QuerySpec(
      boolean internal,
      int command,
      Key target,
      byte @Nullable [] value,
      List<Ipv4Address> startNodes,
      int retries,
      boolean background) {
    this.internal = internal;
    this.command = command;
    this.target = target;
    this.value = value;
    this.startNodes = List.copyOf(startNodes);
    this.retries = retries;
    this.background = background;
  }

  /** A query for the nodes closest to {@code target}. */
  public static QuerySpec findNode(Key target) {
    return new QuerySpec(true, Request.FIND_NODE, target, null, List.of(), RETRIES, false);
  }

  /** A query that asks each node a command of the application. */
  public static QuerySpec of(int command, Key target) {
    return new QuerySpec(false, command, target, null, List.of(), RETRIES, false);
  }

  /** Returns this query with a value in each request. */
  public QuerySpec value(byte @Nullable [] value) {
    return new QuerySpec(internal, command, target, value, startNodes, retries, background);
  }

  /** Returns this query with nodes to ask first. */
  public QuerySpec startNodes(List<Ipv4Address> startNodes) {
    return new QuerySpec(internal, command, target, value, startNodes, retries, background);
  }

  /** Returns this query with another number of retries. */
  public QuerySpec retries(int retries) {
    return new QuerySpec(internal, command, target, value, startNodes, retries, background);
  }

  /** Returns this query as one that leaves room for other traffic. */
  public QuerySpec inBackground() {
    return new QuerySpec(internal, command, target, value, startNodes, retries, true);
  }
}
