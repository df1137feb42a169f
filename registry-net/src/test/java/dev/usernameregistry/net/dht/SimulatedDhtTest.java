package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtOptions.Persistence;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks on a simulated clock. */
final class SimulatedDhtTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private static Key randomKey(Random random) {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  private static List<Ipv4Address> closestOf(List<Node> nodes, Key target) {
    return nodes.stream()
        .map(node -> node.address)
        .sorted(
            (a, b) ->
                RoutingTable.compareDistance(target, RoutingTable.idOf(a), RoutingTable.idOf(b)))
        .limit(20)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Found find(SimulatedDht dht, Node node, Key target) {
    Found found = new Found();
    node.dht.query(QuerySpec.findNode(target), found, dht.nowNanos);
    assertThat(dht.runUntil(found::isDone, 2 * MINUTE)).isTrue();
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 50, 100})
  void queriesFindExactlyTheClosestNodes(int size) {
    SimulatedDht dht = new SimulatedDht(size);
    List<Node> nodes = dht.network(size, RequestServer.NONE);
    assertThat(nodes).noneMatch(node -> node.dht.isEphemeral());
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    dht.run(20 * MINUTE); // tables are refreshed meanwhile
    Random random = new Random(size);
    for (int i = 0; i < 20; i++) {
      Key target = randomKey(random);
      Found found = find(dht, i % 2 == 0 ? peer : nodes.get(i), target);
      List<Node> others = new ArrayList<>(nodes);
      if (i % 2 == 1) {
        others.remove(i); // nobody asks itself
      }
      assertThat(found.addresses()).isEqualTo(closestOf(others, target));
      assertThat(found.result().errors()).isZero();
    }
  }

  @Test
  void aLossyNetworkBootstrapsAndAnswers() {
    SimulatedDht dht = new SimulatedDht(7);
    dht.loss = 0.1;
    dht.duplication = 0.1;
    dht.delayMaxNanos = 150_000_000;
    List<Node> nodes = dht.network(30, RequestServer.NONE);
    assertThat(nodes).noneMatch(node -> node.dht.isEphemeral());
    dht.run(20 * MINUTE);
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      Key target = randomKey(random);
      List<Node> others = new ArrayList<>(nodes);
      Node asker = others.remove(i);
      List<Ipv4Address> missing = closestOf(others, target);
      List<Ipv4Address> found = find(dht, asker, target).addresses();
      missing.removeAll(found);
      // whoever lets one try pass is not waited for once twenty others have answered
      assertThat(found).hasSize(20);
      assertThat(missing).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void queriesPassDeadNodesAndTablesForgetThem() {
    SimulatedDht dht = new SimulatedDht(8);
    List<Node> nodes = dht.network(40, RequestServer.NONE);
    dht.run(20 * MINUTE);
    List<Node> living = new ArrayList<>(nodes);
    List<Ipv4Address> dead = new ArrayList<>();
    for (int i = 39; i > 0; i -= 4) {
      Node node = living.remove(i);
      dead.add(node.address);
      node.kill();
    }
    Random random = new Random(8);
    for (int i = 0; i < 5; i++) {
      Key target = randomKey(random);
      List<Node> others = new ArrayList<>(living);
      Node asker = others.remove(i);
      // replies still name dead nodes among the 20 closest, and so fewer living ones
      assertThat(find(dht, asker, target).addresses())
          .startsWith(closestOf(others, target).subList(0, 10).toArray(Ipv4Address[]::new));
    }
    dht.run(20 * MINUTE);
    for (Node node : living) {
      assertThat(node.dht.nodes(100)).doesNotContainAnyElementsOf(dead);
    }
    Key target = randomKey(random);
    assertThat(find(dht, living.get(0), target).addresses())
        .isEqualTo(closestOf(living.subList(1, living.size()), target));
  }

  @Test
  void whoNamesADeadNodeIsToldAndForgetsIt() {
    SimulatedDht dht = new SimulatedDht(9);
    List<Node> nodes = dht.network(6, RequestServer.NONE);
    Node dead = nodes.get(5);
    dead.kill();
    assertThat(nodes.get(0).dht.nodes(10)).contains(dead.address);
    Node peer =
        dht.add(
            DhtOptions.joining(List.of(nodes.get(0).address)).persistence(Persistence.NEVER),
            RequestServer.NONE,
            dht.freshAddress(),
            false);
    dht.records = true;
    peer.start();
    assertThat(dht.runUntil(peer.dht::isBootstrapped, MINUTE)).isTrue();
    dht.run(6 * SECOND);

    long hints =
        dht.seen.stream()
            .filter(flight -> Raw.isInternal(flight.bytes(), Request.DOWN_HINT))
            .count();
    assertThat(hints).isPositive();
    for (int i = 0; i < 5; i++) {
      assertThat(nodes.get(i).dht.nodes(10)).doesNotContain(dead.address);
    }
  }

  @Test
  void aSuspendedNodeIsSilentAndAResumedOneFindsItsWay() {
    SimulatedDht dht = new SimulatedDht(17);
    List<Node> nodes = dht.network(10, RequestServer.NONE);
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    Key target = randomKey(new Random(17));
    Found query = new Found();
    Ended request = new Ended();
    peer.dht.query(QuerySpec.findNode(target), query, dht.nowNanos);
    peer.dht.request(
        Request.ping(), nodes.get(1).address, RequestOptions.DEFAULT, request, dht.nowNanos);
    peer.dht.suspend(dht.nowNanos);

    assertThat(query.isDone()).isTrue();
    assertThat(request.timedOut).isTrue();
    dht.run(1); // what was queued before leaves
    long sent = peer.dht.statistics().packetsSent();
    Ended late = new Ended();
    peer.dht.request(
        Request.ping(), nodes.get(1).address, RequestOptions.DEFAULT, late, dht.nowNanos);
    dht.run(30 * MINUTE);
    assertThat(late.timedOut).isTrue();
    assertThat(peer.dht.statistics().packetsSent()).isEqualTo(sent);

    peer.dht.resume(dht.nowNanos);
    assertThat(find(dht, peer, target).addresses()).isEqualTo(closestOf(nodes, target));
  }

  /** Up to five pings every eight ticks, as the reference. */
  @Test
  void anIdleNodeSendsAtMostFivePingsEveryFortySeconds() {
    SimulatedDht dht = new SimulatedDht(20);
    List<Node> nodes = dht.network(30, RequestServer.NONE);
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    dht.run(2 * MINUTE);
    dht.records = true;
    dht.run(4 * MINUTE);

    Ipv4Address client = peer.address(DhtNode.CLIENT_SOCKET);
    List<byte[]> sent =
        dht.seen.stream()
            .filter(flight -> flight.from().equals(client))
            .map(SimulatedDht.Flight::bytes)
            .toList();
    long pings = sent.stream().filter(bytes -> Raw.isInternal(bytes, Request.PING)).count();
    // fewer when all were heard from lately
    assertThat(pings).isBetween(6 * 2L, 6 * 5L);
    // and at most one refresh, which comes every five minutes
    long asked = sent.stream().filter(bytes -> Raw.isInternal(bytes, Request.FIND_NODE)).count();
    long answers = sent.stream().filter(bytes -> bytes[0] == RpcPacket.ANSWER).count();
    assertThat((long) sent.size()).isEqualTo(pings + asked + answers);
    assertThat(asked).isLessThan(40);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<Long> sent = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      SimulatedDht dht = new SimulatedDht(21);
      dht.loss = 0.05;
      List<Node> nodes = dht.network(15, RequestServer.NONE);
      dht.run(10 * MINUTE);
      sent.add(nodes.stream().mapToLong(n -> n.dht.statistics().packetsSent()).sum());
    }
    assertThat(sent.get(0)).isEqualTo(sent.get(1));
  }

  @Test
  void aCancelledQueryIsSilentAndAListenerMayCancelIt() {
    SimulatedDht dht = new SimulatedDht(22);
    List<Node> nodes = dht.network(30, RequestServer.NONE);
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    List<Reply> replies = new ArrayList<>();
    List<QueryResult> results = new ArrayList<>();
    List<Query> queries = new ArrayList<>();
    QueryListener cancels =
        new QueryListener() {
          @Override
          public void replied(Reply reply, long nowNanos) {
            replies.add(reply);
            queries.get(0).cancel(nowNanos);
          }

          @Override
          public void done(QueryResult result, long nowNanos) {
            results.add(result);
          }
        };
    Key target = randomKey(new Random(22));
    queries.add(peer.dht.query(QuerySpec.findNode(target), cancels, dht.nowNanos));
    dht.run(10 * SECOND);

    assertThat(replies).hasSize(1);
    assertThat(results).isEmpty();
    assertThat(queries.get(0).isDone()).isTrue();
    assertThat(peer.dht.statistics().inFlight()).isZero();
  }

  @Test
  void aQueryMayStartFromGivenNodes() {
    SimulatedDht dht = new SimulatedDht(23);
    List<Node> nodes = dht.network(25, RequestServer.NONE);
    DhtOptions alone = DhtOptions.joining(List.of()).persistence(Persistence.NEVER);
    Node peer = dht.add(alone, RequestServer.NONE, dht.freshAddress(), false);
    peer.start();
    Found found = new Found();
    QuerySpec spec =
        QuerySpec.findNode(randomKey(new Random(23))).startNodes(List.of(nodes.get(3).address));
    peer.dht.query(spec, found, dht.nowNanos);
    assertThat(dht.runUntil(found::isDone, MINUTE)).isTrue();
    assertThat(found.result().closest()).hasSize(20);
  }

  @Test
  void punchSocketsAreOpenedUsedAndClosed() {
    SimulatedDht dht = new SimulatedDht(24);
    List<Node> nodes = dht.network(4, RequestServer.NONE);
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    int socket = peer.dht.openSocket();
    Ended ended = new Ended();
    RequestOptions options = RequestOptions.DEFAULT.retries(0).socket(socket);
    peer.dht.request(Request.ping(), nodes.get(1).address, options, ended, dht.nowNanos);
    assertThat(dht.runUntil(() -> ended.isAnswered(), SECOND)).isTrue();
    assertThat(ended.reply().socket()).isEqualTo(socket);
    assertThat(ended.reply().to()).isEqualTo(peer.address(socket));

    peer.dht.closeSocket(socket);
    assertThat(peer.dht.openSocket()).isNotEqualTo(socket);
    dht.run(SECOND);
    assertThat(peer.isOpen(socket)).isFalse();
  }
}
