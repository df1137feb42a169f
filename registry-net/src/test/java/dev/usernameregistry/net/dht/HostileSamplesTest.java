package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SimulatedDht.Flight;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What one host can make a node believe of itself. */
final class HostileSamplesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Ipv4Address LIAR = Ipv4Address.of("9.8.7.6", 4444);
  private static final Key LIARS_ID = RoutingTable.idOf(LIAR);

  private final SimulatedDht dht = new SimulatedDht(99);

  /** Whether the liar tells its id, without which it is taken out of the table. */
  private boolean tellsId;

  private void pong(Flight flight, Ipv4Address lie) {
    if (flight.bytes()[0] == RpcPacket.ASK) {
      int tid = Raw.ask(flight.bytes()).tid();
      dht.send(LIAR, flight.from(), Raw.pong(tid, lie, tellsId ? LIARS_ID : null));
    }
  }

  @Test
  void whoLeavesTheTableAndComesAgainDoesNotDecideWhatANodeTakesForItsAddress() {
    Node node = dht.network(30, RequestServer.NONE).get(7);
    Ipv4Address lie = Ipv4Address.of("6.6.6.6", node.address.port());
    dht.stranger(LIAR, flight -> pong(flight, lie));
    for (int again = 0; again < 40; again++) {
      tellsId = true;
      dht.send(LIAR, node.address, Raw.findNode(again, lie, LIARS_ID, LIARS_ID));
      dht.run(SECOND / 10);
      assertThat(node.dht.nodes(1)).containsExactly(LIAR);
      tellsId = false;
      byte[] hint = Raw.internal(again, lie, Request.DOWN_HINT, Raw.address(LIAR));
      dht.send(LIAR, node.address, hint);
      dht.run(SECOND / 10);
      assertThat(node.dht.nodes(100)).doesNotContain(LIAR);
    }

    assertThat(node.dht.natAddress()).contains(node.address);
    assertThat(node.dht.remoteAddress()).contains(node.address);
  }

  /** They are the hosts that were heard last, and what they say now counts nevertheless. */
  @Test
  void whoWasCutOffAndComesBackAtAnotherAddressLearnsItAtOnce() {
    Node first = dht.network(15, RequestServer.NONE).get(0);
    Node peer = dht.peer(first, RequestServer.NONE);
    dht.run(600 * SECOND);
    assertThat(peer.dht.natAddress()).contains(peer.address(DhtNode.CLIENT_SOCKET));
    Ipv4Address later = dht.freshAddress();
    dht.drops = flight -> flight.from().host() == peer.address.host();
    dht.run(120 * SECOND);
    assertThat(peer.dht.nodes(1)).isEmpty();
    peer.rebind(DhtNode.CLIENT_SOCKET, later);
    peer.rebind(DhtNode.SERVER_SOCKET, later.withPort(1));

    dht.run(120 * SECOND);

    assertThat(peer.dht.natAddress()).contains(later);
  }

  @Test
  void oneHostIsNotAskedBeforeOthersOnlyBecauseItWasHeardLast() {
    KnownNodes nodes = new KnownNodes(LIARS_ID, new Random(1));
    for (int i = 0; i < 10; i++) {
      add(nodes, new Ipv4Address(20 << 24 | i << 8, 7));
    }
    for (int port = 1; port <= KnownNodes.HOST_NODES_MAX; port++) {
      add(nodes, LIAR.withPort(port));
    }

    assertThat(nodes.latest(5))
        .extracting(entry -> entry.address.host())
        .doesNotHaveDuplicates()
        .startsWith(LIAR.host());
    assertThat(nodes.latest(100)).as("all the same").hasSize(nodes.size());
  }

  private static void add(KnownNodes nodes, Ipv4Address at) {
    assertThat(nodes.add(new RoutingTable.Entry(RoutingTable.idOf(at), at))).isTrue();
  }
}
