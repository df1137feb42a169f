package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The queries under way, and what they have in common. */
final class Queries {
  /** Ticks without any query after which the routing table is refreshed. */
  static final int REFRESH_TICKS = 60;

  /** Hints that a node is down which are sent in one tick. */
  static final int HINTS_MAX = 50;

  final NodeState state;
  final KnownNodes nodes;
  final Requests requests;
  private final Set<Query> active = new LinkedHashSet<>();
  private int hintsSent;
  private int ticksToRefresh;

  Queries(NodeState state, KnownNodes nodes, Requests requests, int ticksToRefresh) {
    this.state = state;
    this.nodes = nodes;
    this.requests = requests;
    this.ticksToRefresh = ticksToRefresh;
  }

  /** Starts a query; {@code listener} is not called before this returns. */
  Query start(QuerySpec spec, QueryListener listener, long nowNanos) {
    ticksToRefresh = REFRESH_TICKS;
    Query query = new Query(spec, listener, this);
    active.add(query);
    query.start(nowNanos);
    return query;
  }

  /** Looks for the neighbours of some node, to learn of new nodes. */
  void refresh(long nowNanos) {
    start(QuerySpec.findNode(nodes.randomId()).inBackground(), IGNORE, nowNanos);
  }

  /** Has the next tick refresh. */
  void refreshSoon() {
    ticksToRefresh = 1;
  }

  /** Counts a tick; returns whether no query was made for so long that a refresh is due. */
  boolean tick() {
    hintsSent = 0;
    return --ticksToRefresh <= 0;
  }

  void ended(Query query) {
    active.remove(query);
  }

  /** Tells a node that one which it named did not answer. */
  void hint(Ipv4Address listedBy, Ipv4Address down, long nowNanos) {
    if (hintsSent >= HINTS_MAX) {
      return;
    }
    hintsSent++;
    WireWriter value = new WireWriter(Ipv4Address.BYTES);
    down.encode(value);
    Request hint = new Request(true, Request.DOWN_HINT, null, null, value.toByteArray());
    requests.send(
        listedBy, RoutingTable.idOf(listedBy), hint, RequestOptions.DEFAULT, UNHEARD, nowNanos);
  }

  /** Ends all queries with what they have found. */
  void suspend(long nowNanos) {
    new ArrayList<>(active).forEach(query -> query.finish(nowNanos));
  }

  /** Bootstrap nodes, which are asked when the routing table has too few. */
  List<Ipv4Address> bootstrap() {
    return state.options.bootstrap();
  }

  private static final QueryListener IGNORE =
      new QueryListener() {
        @Override
        public void replied(Reply reply, long nowNanos) {}

        @Override
        public void done(QueryResult result, long nowNanos) {}
      };

  private static final Requests.Listener UNHEARD =
      new Requests.Listener() {
        @Override
        public void replied(Reply reply, long nowNanos) {}

        @Override
        public void timedOut(long nowNanos) {}

        @Override
        public void dropped(long nowNanos) {}
      };
}
