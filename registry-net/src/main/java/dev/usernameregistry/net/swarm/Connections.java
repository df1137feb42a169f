package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * At most one connection or dial for each peer, and which one that is.
 *
 * <p>Where a connection that the peer made replaces our dial, it is opened only once the peer has
 * answered that dial. For whoever gets a handshake while a connection is in use takes it for a new
 * start of the other end, and ends the one in use. If ours came then, the peer would end the
 * connection that we keep, in favour of the dial that we have given up.
 */
final class Connections {
  /** Connections of one peer that wait for the close of the one that they replace. */
  static final int SUCCESSORS_MAX = 8;

  /** Those of one host may have a quarter of the connections that peers may dial. */
  private static final int HOSTS_SHARE = 4;

  /** But always so many. */
  private static final int HOST_MIN = 8;

  /** What connections need of the swarm. */
  interface Surroundings {
    Dialler dialler();

    /** Returns whether a peer is banned or is ourselves. */
    boolean isRefused(Key key);

    /** Returns what is remembered of a peer that dialled us, from now on. */
    Peer accepted(Key key);

    /** A connection was opened. */
    void connected(Peer peer, long nowNanos);

    /** A dial has failed, or a connection has closed. */
    void gone(Peer peer, boolean dialledByUs, long nowNanos);

    /** There may be room for another dial. */
    void proceed(long nowNanos);
  }

  private final Key ownKey;
  private final int incomingMax;
  private final Surroundings swarm;
  private final Map<Key, Seat> seats = new LinkedHashMap<>();
  private final List<Milestone> untilEmpty = new ArrayList<>();

  /** Links whose turn it is, as the one that they were to replace has closed. */
  private final Deque<Link> succeeding = new ArrayDeque<>();

  /** Why no connection may begin; null while they may. */
  private Link.@Nullable Reason refusing;

  private int dialling;
  private int outgoing;
  private int incoming;
  private long dialled;
  private long opened;
  private long duplicates;

  Connections(Key ownKey, int incomingMax, Surroundings swarm) {
    this.ownKey = ownKey;
    this.incomingMax = incomingMax;
    this.swarm = swarm;
  }

  boolean contains(Key key) {
    return seats.containsKey(key);
  }

  /** Returns all connections, dials among them. */
  int size() {
    return seats.size();
  }

  /** Returns the connections that we dialled, dials among them. */
  int outgoing() {
    return outgoing;
  }

  int dialling() {
    return dialling;
  }

  boolean isFull() {
    return incoming >= incomingMax;
  }

  /** Returns the peers that are being dialled. */
  Collection<Key> diallingKeys() {
    return seats.entrySet().stream()
        .filter(entry -> entry.getValue().state == SeatState.DIALLING)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns whether a peer's connection has been used by both ends. */
  boolean isProven(Key key) {
    Seat seat = seats.get(key);
    return seat != null && seat.hasTraffic();
  }

  SwarmStatistics.Connections statistics() {
    return new SwarmStatistics.Connections(dialling, outgoing - dialling, incoming);
  }

  SwarmStatistics.Totals totals() {
    return new SwarmStatistics.Totals(dialled, opened, duplicates);
  }

  /** Dials a peer that has no connection. */
  void dial(Peer peer, long nowNanos) {
    Seat seat = new Seat(peer, SeatState.DIALLING);
    seats.put(peer.key, seat);
    dialling++;
    outgoing++;
    dialled++;
    Dialler.Dial dial =
        swarm.dialler().dial(peer.key, peer.relayAddresses(), peer.forceRelay, seat, nowNanos);
    seat.started(dial, nowNanos);
  }

  /** A peer has dialled us. */
  void accept(Link link, long nowNanos) {
    Seat existing = seats.get(link.remoteKey());
    if (refusing != null) {
      link.destroy(refusing, nowNanos);
    } else if (existing != null) {
      contest(existing, link, nowNanos);
    } else if (isFull() || isFullOf(link) || swarm.isRefused(link.remoteKey())) {
      link.destroy(Link.Reason.REFUSED, nowNanos);
    } else {
      Seat seat = new Seat(swarm.accepted(link.remoteKey()), SeatState.OPEN);
      seats.put(link.remoteKey(), seat);
      incoming++;
      seat.open(link, nowNanos);
    }
  }

  /** Returns whether the host of {@code link} has its share of what peers may dial. */
  private boolean isFullOf(Link link) {
    int share = Math.max(HOST_MIN, incomingMax / HOSTS_SHARE);
    return incoming >= share
        && seats.values().stream().filter(seat -> seat.isOfHost(link)).count() >= share;
  }

  private void contest(Seat existing, Link link, long nowNanos) {
    boolean keepsNew =
        DuplicateRule.keepsNew(ownKey, link.remoteKey(), false, existing.hasTraffic());
    duplicates++;
    if (!keepsNew) {
      existing.sendKeepAlive(nowNanos);
      link.destroy(Link.Reason.DUPLICATE, nowNanos);
    } else if (existing.successors.size() >= SUCCESSORS_MAX) {
      link.destroy(Link.Reason.DUPLICATE, nowNanos);
    } else {
      existing.successors.add(link);
      existing.giveWay(nowNanos);
    }
  }

  /** A connection has closed; one that was refused is not known here any more. */
  void closed(Link link, long nowNanos) {
    Seat seat = seats.get(link.remoteKey());
    if (succeeding.remove(link) || seat == null) {
      return;
    }
    if (seat.link == link) {
      vacate(seat, nowNanos);
    } else {
      seat.successors.remove(link);
    }
  }

  private void vacate(Seat seat, long nowNanos) {
    seats.remove(seat.peer.key);
    if (seat.dialledByUs) {
      outgoing--;
    } else {
      incoming--;
    }
    if (seat.state == SeatState.DIALLING) {
      dialling--;
    }
    seat.state = SeatState.VACANT;
    swarm.gone(seat.peer, seat.dialledByUs, nowNanos);
    for (Link last; (last = seat.successors.pollLast()) != null; ) {
      succeeding.addFirst(last);
    }
    for (Link next; (next = succeeding.poll()) != null; ) {
      accept(next, nowNanos);
    }
    if (seats.isEmpty()) {
      List<Milestone> reached = List.copyOf(untilEmpty);
      untilEmpty.clear();
      reached.forEach(milestone -> milestone.done(true, nowNanos));
    }
    swarm.proceed(nowNanos);
  }

  /** Gives up the dial of a peer, if there is one. */
  void giveUp(Key key, long nowNanos) {
    Seat seat = seats.get(key);
    if (seat != null && seat.state == SeatState.DIALLING) {
      seat.end(Link.Reason.REFUSED, nowNanos);
    }
  }

  void sendKeepAlives(long nowNanos) {
    List.copyOf(seats.values()).forEach(seat -> seat.sendKeepAlive(nowNanos));
  }

  /** Gives up every dial, and takes in no connection until {@link #resume}. */
  void refuse(Link.Reason reason, long nowNanos) {
    refusing = reason;
    for (Seat seat : List.copyOf(seats.values())) {
      for (Link next; (next = seat.successors.poll()) != null; ) {
        next.destroy(reason, nowNanos);
      }
      if (seat.state == SeatState.DIALLING) {
        seat.end(reason, nowNanos);
      }
    }
  }

  void resume() {
    refusing = null;
  }

  /** Ends every connection; reached when all have closed. */
  Milestone end(Link.Reason reason, long nowNanos) {
    refuse(reason, nowNanos);
    if (seats.isEmpty()) {
      return Milestone.reached(nowNanos);
    }
    Milestone empty = new Milestone();
    untilEmpty.add(empty);
    for (Seat seat : List.copyOf(seats.values())) {
      seat.end(reason, nowNanos);
    }
    return empty;
  }

  /** How far a peer's connection has come. */
  private enum SeatState {
    /** We dial. */
    DIALLING,
    /** The application has the connection. */
    OPEN,
    /** We destroyed the connection and wait for its close. */
    ENDING,
    /** Final. */
    VACANT
  }

  /** The one connection to a peer. */
  private final class Seat implements Dialler.DialListener {
    private final Peer peer;
    private final boolean dialledByUs;
    private final Deque<Link> successors = new ArrayDeque<>();
    private SeatState state;
    private Dialler.@Nullable Dial dial;
    private @Nullable Link link;

    /** Whether the dial is over; what it still reports does not count. */
    private boolean answered;

    /** Whether we gave up the dial. */
    private boolean givenUp;

    /** Whether the dial gives way to a connection of the peer's. */
    private boolean withdrawn;

    Seat(Peer peer, SeatState state) {
      this.peer = peer;
      this.state = state;
      dialledByUs = state == SeatState.DIALLING;
    }

    /** On loopback, where a whole network lives on one host, each port is a host of its own. */
    boolean isOfHost(Link other) {
      if (dialledByUs || link == null) {
        return false;
      }
      Ipv4Address there = other.remoteAddress();
      Ipv4Address here = link.remoteAddress();
      boolean loopback = there.host() >>> 24 == 127;
      return loopback ? here.equals(there) : here.host() == there.host();
    }

    boolean hasTraffic() {
      return link != null && link.hasTrafficBothWays();
    }

    void sendKeepAlive(long nowNanos) {
      if (state == SeatState.OPEN && link != null) {
        link.sendKeepAlive(nowNanos);
      }
    }

    void started(Dialler.Dial dial, long nowNanos) {
      this.dial = dial;
      if (givenUp) {
        dial.abort(nowNanos);
      } else if (withdrawn) {
        dial.withdraw(nowNanos);
      }
    }

    @Override
    public void connected(Link link, long nowNanos) {
      if (answered) {
        link.destroy(refusing == null ? Link.Reason.DUPLICATE : refusing, nowNanos);
        return;
      }
      answered = true;
      if (withdrawn) {
        link.destroy(Link.Reason.DUPLICATE, nowNanos);
        vacate(this, nowNanos);
        return;
      }
      dialling--;
      state = SeatState.OPEN;
      peer.connected(nowNanos);
      open(link, nowNanos);
      swarm.proceed(nowNanos);
    }

    private void open(Link link, long nowNanos) {
      this.link = link;
      opened++;
      link.open(nowNanos);
      swarm.connected(peer, nowNanos);
    }

    @Override
    public void failed(boolean relayHelps, long nowNanos) {
      if (answered) {
        return;
      }
      answered = true;
      if (relayHelps && swarm.dialler().hasRelay()) {
        peer.forceRelay();
      }
      vacate(this, nowNanos);
    }

    /** Ends the dial or the connection in favour of a successor. */
    void giveWay(long nowNanos) {
      if (state != SeatState.DIALLING) {
        end(Link.Reason.DUPLICATE, nowNanos);
      } else if (!withdrawn) {
        withdrawn = true;
        if (dial != null) {
          dial.withdraw(nowNanos);
        }
      }
    }

    void end(Link.Reason reason, long nowNanos) {
      if (state == SeatState.DIALLING) {
        answered = true;
        givenUp = true;
        if (dial != null) {
          dial.abort(nowNanos);
        }
        vacate(this, nowNanos);
      } else if (state == SeatState.OPEN && link != null) {
        state = SeatState.ENDING;
        link.destroy(reason, nowNanos);
      }
    }
  }
}
