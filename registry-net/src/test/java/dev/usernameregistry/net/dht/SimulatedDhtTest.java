package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks on a simulated clock. */
final class SimulatedDhtTest {
  private static final long SECOND = 1_000_000_000L;

  /** Collects what a query finds. */
  static final class Found implements QueryListener {
    final List<Reply> replies = new ArrayList<>();
    QueryResult result;

    @Override
    public void replied(Reply reply, long nowNanos) {
      replies.add(reply);
    }

    @Override
    public void done(QueryResult result, long nowNanos) {
      assertThat(this.result).isNull();
      this.result = result;
    }

    List<Ipv4Address> addresses() {
      return result.closest().stream().map(Reply::from).toList();
    }
  }

  static Key randomKey(Random random) {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  static List<Ipv4Address> closestOf(List<Node> nodes, Key target) {
    return nodes.stream()
        .map(node -> node.address)
        .sorted(
            (a, b) ->
                RoutingTable.compareDistance(target, RoutingTable.idOf(a), RoutingTable.idOf(b)))
        .limit(20)
        .toList();
  }

  static Found find(SimulatedDht dht, Node node, Key target) {
    Found found = new Found();
    node.dht.query(QuerySpec.findNode(target), found, dht.nowNanos);
    assertThat(dht.runUntil(() -> found.result != null, 120 * SECOND)).isTrue();
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 50, 100})
  void queriesFindExactlyTheClosestNodes(int size) {
    SimulatedDht dht = new SimulatedDht(size);
    List<Node> nodes = dht.network(size, RequestServer.NONE);
    assertThat(nodes).allMatch(node -> !node.dht.isEphemeral());
    Node peer = dht.peer(nodes.get(0), RequestServer.NONE);
    Random random = new Random(size);
    for (int i = 0; i < 10; i++) {
      Key target = randomKey(random);
      Found found = find(dht, peer, target);
      assertThat(found.addresses()).isEqualTo(closestOf(nodes, target));
    }
  }
}
