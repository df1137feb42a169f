package dev.usernameregistry.net.swarm;

import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Who waits until certain peers have been dialled once. */
final class Flushes {
  private final List<Flush> flushes = new ArrayList<>();

  /**
   * One flush.
   *
   * @param missing peers that have neither connected nor failed since it began
   */
  private record Flush(Set<Key> missing, Done done) {}

  /** Tells {@code done} when each of {@code peers} has been dealt with. */
  void add(Collection<Key> peers, Done done, long nowNanos) {
    if (peers.isEmpty()) {
      done.done(true, nowNanos);
    } else {
      flushes.add(new Flush(new HashSet<>(peers), done));
    }
  }

  /** A peer has connected, failed, or will not be dialled after all. */
  void settled(Key peer, long nowNanos) {
    List<Flush> complete = new ArrayList<>();
    for (Iterator<Flush> all = flushes.iterator(); all.hasNext(); ) {
      Flush flush = all.next();
      if (flush.missing.remove(peer) && flush.missing.isEmpty()) {
        all.remove();
        complete.add(flush);
      }
    }
    complete.forEach(flush -> flush.done.done(true, nowNanos));
  }

  /** Ends all. */
  void end(boolean complete, long nowNanos) {
    List<Flush> ended = List.copyOf(flushes);
    flushes.clear();
    ended.forEach(flush -> flush.done.done(complete, nowNanos));
  }
}
