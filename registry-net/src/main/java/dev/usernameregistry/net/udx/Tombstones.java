package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What is left of closed streams for a while, to repeat a last word that may have been lost. If it
 * was our last acknowledgement, the peer repeats its END and must be answered, or it takes the
 * stream for broken; if it was our DESTROY, the peer would send on until its timeout.
 *
 * <p>Memory: at most {@link #COUNT_MAX} tombstones; the oldest goes first.
 */
final class Tombstones {
  static final int COUNT_MAX = 1_024;

  private final long keptNanos;
  private final Map<Integer, Tombstone> byId = new LinkedHashMap<>();
  private final Queue<Tombstone> owed = new ArrayDeque<>();

  Tombstones(long keptNanos) {
    this.keptNanos = keptNanos;
  }

  /** Keeps what is needed to answer for a stream; its id has no tombstone yet. */
  void add(int localId, Route route, Packet answer, long nowNanos) {
    removeExpired(nowNanos);
    if (keptNanos == 0) {
      return;
    }
    if (byId.size() == COUNT_MAX) {
      byId.remove(byId.keySet().iterator().next());
    }
    byId.put(localId, new Tombstone(route, answer, nowNanos + keptNanos));
  }

  /** Forgets a stream whose id is used again. */
  void remove(int localId) {
    byId.remove(localId);
  }

  int count() {
    return byId.size();
  }

  /** Takes in a packet for no live stream; owes an answer if the peer waits for one. */
  void receive(ByteBuffer datagram, long nowNanos) {
    if (byId.isEmpty()) {
      return;
    }
    removeExpired(nowNanos);
    Packet packet = Packet.decode(datagram);
    Tombstone tombstone = byId.get(packet.id());
    if (tombstone != null
        && !tombstone.owes
        && packet.has(Packet.DATA | Packet.END | Packet.HEARTBEAT)) {
      tombstone.owes = true;
      owed.add(tombstone);
    }
  }

  /** Writes the next answer that is owed; returns where it goes, or null. */
  @Nullable Route nextDatagram(ByteBuffer out) {
    Tombstone tombstone = owed.poll();
    if (tombstone == null) {
      return null;
    }
    tombstone.owes = false;
    tombstone.answer.encode(out);
    return tombstone.route;
  }

  /** All are kept equally long, so the oldest ones expire first. */
  private void removeExpired(long nowNanos) {
    Iterator<Tombstone> oldest = byId.values().iterator();
    while (oldest.hasNext() && oldest.next().endNanos - nowNanos <= 0) {
      oldest.remove();
    }
  }

  private static final class Tombstone {
    private final Route route;
    private final Packet answer;
    private final long endNanos;
    private boolean owes;

    private Tombstone(Route route, Packet answer, long endNanos) {
      this.route = route;
      this.answer = answer;
      this.endNanos = endNanos;
    }
  }
}
