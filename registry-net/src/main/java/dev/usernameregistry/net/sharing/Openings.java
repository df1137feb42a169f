package dev.usernameregistry.net.sharing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The connections that this side makes, or both sides together, until each is complete and shown to
 * other threads, or gone; and who waits for that. Loop only, except where it says otherwise.
 */
final class Openings {
  private final Set<Connection> opening = new HashSet<>();

  /** Whether there are such connections; false only after they are {@link #shown}, or gone. */
  private volatile boolean any;

  /** Who waits for some of them. */
  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * Who waits for connections.
   *
   * @param missing those that are not complete yet
   */
  private record Waiting(Set<Connection> missing, Runnable done) {}

  void add(Connection connection) {
    opening.add(connection);
    any = true;
  }

  /** A connection's handshake is over, in whatever way; does nothing if it is none of these. */
  void over(Connection connection) {
    opening.remove(connection);
  }

  /** Returns whether some are not complete and shown yet. Safe from any thread. */
  boolean any() {
    return any;
  }

  /** Runs {@code done} when each of those that there are now is shown or gone, maybe at once. */
  void whenShown(Runnable done) {
    if (any) {
      waiting.add(new Waiting(new HashSet<>(opening), done));
    } else {
      done.run();
    }
  }

  /**
   * To be called when those that are over were shown to other threads, and the host was told of
   * them. Returns true if there are none left, once: not again before there were others.
   */
  boolean shown() {
    boolean before = any;
    any = !opening.isEmpty();
    return before && !any;
  }

  /** Tells who waits for none of them any more. */
  void tellWaiting() {
    waiting.forEach(one -> one.missing.retainAll(opening));
    List<Waiting> over = waiting.stream().filter(one -> one.missing.isEmpty()).toList();
    waiting.removeAll(over);
    over.forEach(one -> one.done.run());
  }

  /** There are none any more, and nobody is told. */
  void close() {
    any = false;
  }
}
