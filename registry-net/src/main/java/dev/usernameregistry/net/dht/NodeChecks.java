package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.RoutingTable.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which nodes enter and leave the routing table, by who was heard from and by pings. */
final class NodeChecks {
  /** A node asked less than a minute ago was asked recently, in ticks. */
  static final int RECENT_TICKS = 12;

  /** A node known for half an hour is an old one, in ticks. */
  static final int OLD_TICKS = 360;

  /** Pings at once that decide who gets a place in a full row. */
  static final int REPINGS_MAX = 3;

  /** Pings at once because somebody said that a node is down. */
  static final int HINTED_MAX = 10;

  private final NodeState state;
  private final KnownNodes nodes;
  final Requests requests;
  private int repinging;
  private int checking;

  NodeChecks(NodeState state, KnownNodes nodes, Requests requests) {
    this.state = state;
    this.nodes = nodes;
    this.requests = requests;
  }

  /**
   * Notes that a node was heard from.
   *
   * @param id its id, which fits its address
   * @param sample our address as it sees it, or null if it wrote to another socket than the one
   *     that our requests leave from
   */
  void heard(Ipv4Address from, Key id, @Nullable Ipv4Address sample, long nowNanos) {
    Entry known = nodes.get(id);
    if (known == null) {
      add(new Entry(id, from), sample, nowNanos);
      return;
    }
    known.pinged = state.tick;
    known.seen = state.tick;
    nodes.touch(known);
    boolean due = known.sampled == 0 || state.tick - known.sampled >= OLD_TICKS;
    if (due) {
      sample(known, sample, nowNanos);
    }
  }

  private void sample(Entry entry, @Nullable Ipv4Address sample, long nowNanos) {
    if (sample != null) {
      entry.sampled = state.tick;
      state.sampleOfNode(entry.address, sample, nowNanos);
    }
  }

  private void add(Entry entry, @Nullable Ipv4Address sample, long nowNanos) {
    entry.added = state.tick;
    entry.pinged = state.tick;
    entry.seen = state.tick;
    boolean alone = nodes.size() == 0;
    if (nodes.add(entry)) {
      if (alone) {
        state.hearAllAnew(); // who was cut off may come back at another address
      }
      sample(entry, sample, nowNanos);
    } else if (nodes.allows(entry.address) && !entry.id.equals(nodes.id())) {
      rowIsFull(entry, sample, nowNanos);
    }
  }

  /** Asks the node of a full row that was asked longest ago whether it is still there. */
  private void rowIsFull(Entry candidate, @Nullable Ipv4Address sample, long nowNanos) {
    if (!state.bootstrapped || repinging >= REPINGS_MAX) {
      return;
    }
    Entry oldest = null;
    for (Entry entry : nodes.row(candidate.id)) {
      if (entry.pinged != state.tick && (oldest == null || isOlder(entry, oldest))) {
        oldest = entry;
      }
    }
    if (oldest == null || isTrusted(oldest)) {
      return;
    }
    Entry asked = oldest;
    repinging++;
    Verdict verdict =
        (alive, at) -> {
          repinging--;
          if (!alive) {
            nodes.remove(asked.id);
            add(candidate, sample, at);
          }
        };
    ping(asked, verdict, nowNanos);
  }

  private static boolean isOlder(Entry a, Entry b) {
    return a.pinged < b.pinged || (a.pinged == b.pinged && a.added < b.added);
  }

  private boolean isTrusted(Entry entry) {
    return state.tick - entry.pinged < RECENT_TICKS && state.tick - entry.added > OLD_TICKS;
  }

  /** Pings some of the nodes not heard from for longest; returns false if there are none. */
  boolean pingSome(long nowNanos) {
    List<Entry> oldest = nodes.oldest(requests.inFlight() > 2 ? 3 : 5);
    if (oldest.isEmpty()) {
      return false;
    }
    boolean recent = state.tick - oldest.get(0).pinged < RECENT_TICKS;
    for (Entry entry : recent ? nodes.oldest(2) : oldest) {
      if (entry.pinged == state.tick) {
        break;
      }
      check(entry, nowNanos);
    }
    return true;
  }

  /** Takes in that somebody got no answer from a node. */
  void hintedDown(Ipv4Address address, long nowNanos) {
    if (checking >= HINTED_MAX) {
      return;
    }
    Entry entry = nodes.get(RoutingTable.idOf(address));
    if (entry != null && (entry.pinged < state.tick || entry.downHints == 0)) {
      entry.downHints++;
      check(entry, nowNanos);
    }
  }

  private void check(Entry entry, long nowNanos) {
    checking++;
    Verdict verdict =
        (alive, at) -> {
          checking--;
          if (!alive) {
            nodes.remove(entry.id);
          }
        };
    ping(entry, verdict, nowNanos);
  }

  private void ping(Entry entry, Verdict verdict, long nowNanos) {
    entry.pinged = state.tick;
    requests.send(
        entry.address, null, Request.ping(), RequestOptions.DEFAULT, new Ping(verdict), nowNanos);
  }

  /** What became of a ping. */
  private interface Verdict {
    /** Called once; a node is alive if it answered with its id. */
    void of(boolean alive, long nowNanos);
  }

  private record Ping(Verdict verdict) implements Requests.Listener {
    @Override
    public void replied(Reply reply, long nowNanos) {
      verdict.of(reply.id() != null, nowNanos);
    }

    @Override
    public void timedOut(long nowNanos) {
      verdict.of(false, nowNanos);
    }

    @Override
    public void dropped(long nowNanos) {
      verdict.of(true, nowNanos);
    }
  }
}
