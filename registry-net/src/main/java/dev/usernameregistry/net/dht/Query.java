package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query under way: it asks ever closer nodes until no closer one is known.
 *
 * <p>It asks at most {@value #VISITS_MAX} nodes and remembers at most {@value #SEEN_MAX}, so that
 * nodes which name ever new ones cannot keep it going; and after a minute it asks nobody else. What
 * nodes of one /24 name has it ask no more than {@value #LED_MAX} nodes, and no more than {@value
 * KnownNodes#RANGE_NODES_MAX} of the closest nodes it ends with are of one /24, so that one owner
 * of addresses does not use all of that up; loopback left out.
 */
public final class Query {
  /** Replies that a query keeps, and nodes of one reply that it looks at. */
  static final int CLOSEST_MAX = RoutingTable.ROW_NODES_MAX;

  /** Nodes that one query asks. */
  static final int VISITS_MAX = 512;

  /** Addresses that one query remembers. */
  static final int SEEN_MAX = 4096;

  /** Nodes that one query asks because nodes of one /24 named them, and nobody else did. */
  static final int LED_MAX = 64;

  /** How long a query asks further nodes. */
  static final long LASTS_NANOS = 60_000_000_000L;

  private static final int CONCURRENCY = 10;
  private static final int CONCURRENCY_SLOWED = 3;
  private static final int CONCURRENCY_BACKGROUND = 2;

  /** Requests of the node below which a background query may go as fast as any. */
  private static final int QUIET_REQUESTS = 3;

  private final QuerySpec spec;
  private final QueryListener listener;
  private final Queries queries;

  /** Whom to ask; the last one first. */
  private final Deque<Candidate> pending = new ArrayDeque<>();

  private final Map<Ipv4Address, Seen> seen = new HashMap<>();

  /** Sorted by distance to the target; each has an id. Invariant: at most CLOSEST_MAX. */
  private final List<Reply> closest = new ArrayList<>();

  private final Set<Visit> visits = new LinkedHashSet<>();

  /** How many visits the nodes of each /24 have led to. */
  private final Map<Integer, Integer> led = new HashMap<>();

  private int visited;
  private long startNanos;
  private int concurrency;

  /** Visits that let a first try pass without an answer; they do not count for concurrency. */
  private int slow;

  private int successes;
  private int errors;

  /** Whether nodes of the own table were added. */
  private boolean fromTable;

  /** Whether to hold back until the first of the given nodes have answered. */
  private boolean slowed;

  private boolean done;

  private record Candidate(Key id, Ipv4Address address) {
    static Candidate at(Ipv4Address address) {
      return new Candidate(RoutingTable.idOf(address), address);
    }
  }

  /** What is known of an address. */
  private static final class Seen {
    /** Who named it. */
    final List<Ipv4Address> namedBy = new ArrayList<>(1);

    boolean answered;
    boolean down;

    /** Whether it was given to us, or is of the own table. */
    boolean own;

    /** Whether it is not to be asked, as those who named it have led to too many. */
    boolean passedOver;

    void name(@Nullable Ipv4Address by) {
      if (by == null) {
        own = true;
      } else {
        namedBy.add(by);
      }
    }
  }

  Query(QuerySpec spec, QueryListener listener, Queries queries) {
    this.spec = spec;
    this.listener = listener;
    this.queries = queries;
    this.concurrency = spec.background() ? CONCURRENCY_BACKGROUND : CONCURRENCY;
  }

  /** Returns what the query looks for. */
  public Key target() {
    return spec.target();
  }

  /** Ends the query and its requests; its listener is not called any more. */
  public void cancel(long nowNanos) {
    if (!done) {
      done = true;
      queries.ended(this);
      List.copyOf(visits).forEach(visit -> visit.exchange.cancel(nowNanos));
      visits.clear();
      pending.clear();
      seen.clear();
    }
  }

  /** Returns whether the query has ended. */
  public boolean isDone() {
    return done;
  }

  void start(long nowNanos) {
    startNanos = nowNanos;
    List<Ipv4Address> first = spec.startNodes();
    for (int i = first.size() - 1; i >= 0; i--) {
      add(Candidate.at(first.get(i)), null, nowNanos);
    }
    addFromTable(nowNanos);
    if (pending.size() < CLOSEST_MAX) {
      queries.bootstrap().forEach(node -> add(Candidate.at(node), null, nowNanos));
    }
    visitMore(nowNanos);
    if (visits.isEmpty()) {
      queries.state.defer(this::finish);
    }
  }

  private void addFromTable(long nowNanos) {
    int room = CLOSEST_MAX - pending.size();
    if (room > 0) {
      fromTable = true;
      for (RoutingTable.Entry entry : queries.nodes.closest(spec.target(), room)) {
        add(new Candidate(entry.id, entry.address), null, nowNanos);
      }
    }
  }

  private boolean isCloser(Key id) {
    return closest.size() < CLOSEST_MAX || compare(id, idOf(closest.get(closest.size() - 1))) < 0;
  }

  private int compare(Key a, Key b) {
    return RoutingTable.compareDistance(spec.target(), a, b);
  }

  private static Key idOf(Reply reply) {
    return Objects.requireNonNull(reply.id());
  }

  /** Notes a node that somebody named; returns whether nodes farther away may still be of use. */
  private boolean add(Candidate node, @Nullable Ipv4Address namedBy, long nowNanos) {
    boolean closer = isCloser(node.id);
    Seen known = seen.get(node.address);
    if (known == null) {
      if (closer && seen.size() < SEEN_MAX) {
        Seen fresh = new Seen();
        seen.put(node.address, fresh);
        fresh.name(namedBy);
        pending.push(node);
      }
    } else if (known.passedOver && (namedBy == null || (closer && hasRoom(namedBy)))) {
      known.passedOver = false;
      known.name(namedBy);
      pending.push(node);
    } else if (namedBy != null && known.down) {
      queries.hint(namedBy, node.address, nowNanos);
    } else if (!known.answered) {
      known.name(namedBy);
    }
    return closer;
  }

  private void visitMore(long nowNanos) {
    int limit = (slowed ? CONCURRENCY_SLOWED : concurrency) + slow;
    while (!done && visits.size() < limit && !pending.isEmpty() && !isUsedUp(nowNanos)) {
      Candidate next = pending.pop();
      if (isCloser(next.id) && takeRoom(next)) {
        visit(next, nowNanos);
      }
    }
    if (!fromTable && successes == 0 && errors == 0) {
      slowed = true;
    }
  }

  private boolean isUsedUp(long nowNanos) {
    return visited >= VISITS_MAX || nowNanos - startNanos >= LASTS_NANOS;
  }

  private boolean hasRoom(Ipv4Address namer) {
    return KnownNodes.isLoopback(namer) || led.getOrDefault(KnownNodes.range(namer), 0) < LED_MAX;
  }

  /**
   * Counts a visit for one of those who named a node; returns false if all have led to too many.
   */
  private boolean takeRoom(Candidate node) {
    Seen known = seen.get(node.address);
    if (known == null || known.own) {
      return true;
    }
    for (Ipv4Address namer : known.namedBy) {
      if (hasRoom(namer)) {
        led.merge(KnownNodes.range(namer), 1, Integer::sum);
        return true;
      }
    }
    known.passedOver = true;
    return false;
  }

  private void visit(Candidate node, long nowNanos) {
    visited++;
    Request request =
        new Request(spec.internal(), spec.command(), spec.target(), null, spec.value());
    RequestOptions options = RequestOptions.DEFAULT.retries(spec.retries());
    Visit visit = new Visit(node);
    visits.add(visit);
    visit.exchange =
        queries.requests.send(node.address, node.id, request, options, visit, nowNanos);
  }

  private void goOn(long nowNanos) {
    if (done) {
      return;
    }
    visitMore(nowNanos);
    boolean usedUp = isUsedUp(nowNanos);
    boolean noneLeft = pending.isEmpty() || usedUp;
    boolean onlySlow = slow == visits.size() && closest.size() >= CLOSEST_MAX;
    if (!noneLeft || !(visits.isEmpty() || onlySlow)) {
      return;
    }
    if (!usedUp && !fromTable && successes < CLOSEST_MAX / 4) {
      addFromTable(nowNanos);
    }
    if (usedUp || pending.isEmpty()) {
      finish(nowNanos);
    } else {
      goOn(nowNanos); // once at most: by now there are nodes of the own table
    }
  }

  /** Ends the query with what it has. */
  void finish(long nowNanos) {
    if (!done) {
      cancel(nowNanos);
      listener.done(new QueryResult(closest, successes, errors), nowNanos);
    }
  }

  private void replied(Candidate node, Reply reply, long nowNanos) {
    Seen known = seen.get(node.address);
    if (known != null) {
      known.answered = true;
    }
    if (reply.error() == 0) {
      successes++;
      keepIfCloser(reply);
    } else {
      errors++;
    }
    List<Ipv4Address> named = reply.closerNodes();
    for (Ipv4Address address : named.subList(0, Math.min(named.size(), CLOSEST_MAX))) {
      Candidate next = Candidate.at(address);
      boolean own = next.id.equals(queries.nodes.id());
      boolean usable = !own && address.port() != 0;
      if (usable && !add(next, node.address, nowNanos)) {
        break;
      }
    }
    if (!fromTable && successes + errors >= concurrency) {
      slowed = false;
    }
    if (reply.error() == 0) {
      listener.replied(reply, nowNanos);
    }
    if (spec.background()) {
      boolean quiet = queries.requests.inFlight() < QUIET_REQUESTS;
      concurrency = quiet ? CONCURRENCY : CONCURRENCY_BACKGROUND;
    }
    goOn(nowNanos);
  }

  private void keepIfCloser(Reply reply) {
    Key id = reply.id();
    if (id == null || !isCloser(id)) {
      return;
    }
    int place = 0;
    while (place < closest.size() && compare(idOf(closest.get(place)), id) < 0) {
      place++;
    }
    if (place < closest.size() && idOf(closest.get(place)).equals(id)) {
      return;
    }
    closest.add(place, reply);
    dropFarthestOfRange(reply.from());
    if (closest.size() > CLOSEST_MAX) {
      closest.remove(closest.size() - 1);
    }
  }

  private void dropFarthestOfRange(Ipv4Address address) {
    int range = KnownNodes.range(address);
    int count = 0;
    for (int i = 0; i < closest.size(); i++) {
      if (KnownNodes.range(closest.get(i).from()) == range
          && ++count > KnownNodes.RANGE_NODES_MAX
          && !KnownNodes.isLoopback(address)) {
        closest.remove(i);
        return;
      }
    }
  }

  /** One node that is being asked. */
  private final class Visit implements Requests.Listener {
    private final Candidate node;
    private Request.Sent exchange = nowNanos -> {};
    private boolean late;

    Visit(Candidate node) {
      this.node = node;
    }

    @Override
    public void replied(Reply reply, long nowNanos) {
      if (end()) {
        Query.this.replied(node, reply, nowNanos);
      }
    }

    @Override
    public void late(long nowNanos) {
      if (!late && !done) {
        late = true;
        slow++;
        goOn(nowNanos);
      }
    }

    @Override
    public void timedOut(long nowNanos) {
      Seen known = seen.get(node.address);
      if (known != null) {
        known.down = true;
        known.namedBy.forEach(named -> queries.hint(named, node.address, nowNanos));
      }
      dropped(nowNanos);
    }

    @Override
    public void dropped(long nowNanos) {
      if (end()) {
        errors++;
        goOn(nowNanos);
      }
    }

    /** Stops counting this visit; returns false if the query is over. */
    private boolean end() {
      if (late) {
        slow--;
      }
      visits.remove(this);
      return !done;
    }
  }
}
