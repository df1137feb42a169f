package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When nodes of the table are asked whether they are still there, on the word of strangers. */
final class NodeChecksTest {
  private static final long TICK_NANOS = 5_000_000_000L;
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);
  private static final Ipv4Address STRANGER = Ipv4Address.of("9.8.7.6", 4444);

  private long nowNanos = 5;
  private final DhtNode node =
      new DhtNode(DhtOptions.bootstrapper(OWN), RequestServer.NONE, new SeededRandom(4), nowNanos);

  /** Whom the node has sent PINGs to. */
  private final List<Ipv4Address> pinged = new ArrayList<>();

  /** Who does not answer. */
  private final Set<Ipv4Address> silent = new HashSet<>();

  private int hosts;

  NodeChecksTest() {
    node.start(OWN.port(), 50_000, nowNanos);
    node.onTimeout(nowNanos);
    deliver();
  }

  private void receive(Ipv4Address from, byte[] datagram) {
    node.receive(DhtNode.SERVER_SOCKET, from, ByteBuffer.wrap(datagram), nowNanos);
  }

  /** Answers all requests of the node as their receivers do. */
  private void deliver() {
    for (Outgoing next; (next = node.nextOutgoing(nowNanos)) != null; ) {
      Outgoing.Packet packet = (Outgoing.Packet) next;
      if (packet.bytes()[0] == RpcPacket.ASK) {
        if (Raw.isInternal(packet.bytes(), Request.PING)) {
          pinged.add(packet.to());
        }
        if (!silent.contains(packet.to())) {
          int tid = Raw.ask(packet.bytes()).tid();
          byte[] pong = Raw.pong(tid, OWN, RoutingTable.idOf(packet.to()));
          node.receive(packet.socket(), packet.to(), ByteBuffer.wrap(pong), nowNanos);
        }
      }
    }
  }

  /** Lets ticks pass. */
  private void pass(int ticks) {
    for (int i = 0; i < ticks; i++) {
      nowNanos += TICK_NANOS;
      node.onTimeout(nowNanos);
      deliver();
    }
    pinged.clear();
  }

  /** Returns an address in a /24 of its own whose id is in the row that holds half of all ids. */
  private Ipv4Address inFirstRow() {
    Key own = RoutingTable.idOf(OWN);
    while (true) {
      Ipv4Address next = new Ipv4Address(0x15000001 + (hosts++ << 8), 7);
      if (((RoutingTable.idOf(next).byteAt(0) ^ own.byteAt(0)) & 0x80) != 0) {
        return next;
      }
    }
  }

  /** Has a node prove itself and be heard from. */
  private void hear(Ipv4Address from) {
    receive(from, Raw.internal(1, OWN, Request.PING, null));
    deliver(); // the question, and its answer
    Key id = RoutingTable.idOf(from);
    receive(from, Raw.findNode(2, OWN, id, id));
  }

  private List<Ipv4Address> fill(int size) {
    List<Ipv4Address> added = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      added.add(inFirstRow());
      hear(added.get(i));
      deliver();
    }
    assertThat(node.nodes(100)).containsExactlyInAnyOrderElementsOf(added);
    pass(2); // the first has queries that all of them answer
    return added;
  }

  private void hintDown(Ipv4Address address) {
    receive(STRANGER, Raw.internal(3, OWN, Request.DOWN_HINT, Raw.address(address)));
  }

  @Test
  void aNodeThatIsSaidToBeDownIsAskedOnceATick() {
    Ipv4Address named = fill(20).get(3);
    for (int i = 0; i < 5; i++) {
      hintDown(named);
      deliver();
    }
    assertThat(pinged).containsOnlyOnce(named);
    pass(1);
    hintDown(named);
    deliver();
    assertThat(pinged).containsExactly(named);
    assertThat(node.nodes(100)).contains(named);
  }

  @Test
  void noMoreThanTenNodesThatAreSaidToBeDownAreAskedAtATime() {
    List<Ipv4Address> nodes = fill(20);
    silent.addAll(nodes);
    nodes.forEach(this::hintDown);
    deliver();
    assertThat(pinged).containsExactlyElementsOf(nodes.subList(0, NodeChecks.HINTED_MAX));
  }

  @Test
  void nodesThatAreSaidToBeDownAndAnswerLeaveRoomForOthers() {
    List<Ipv4Address> nodes = fill(20);
    for (Ipv4Address named : nodes) {
      hintDown(named);
      deliver();
    }
    assertThat(pinged).containsExactlyElementsOf(nodes);
  }

  @Test
  void aNodeThatNobodyAnswersIsOfflineUntilSomebodyDoes() {
    List<Ipv4Address> nodes = fill(20);
    assertThat(node.isOnline()).isTrue();
    silent.addAll(nodes);
    pass(40);
    assertThat(node.isOnline()).isFalse();

    silent.clear();
    for (Ipv4Address each : nodes) {
      node.request(Request.ping(), each, RequestOptions.DEFAULT, new Ended(), nowNanos);
    }
    deliver();
    pass(1);
    assertThat(node.isOnline()).isTrue();
  }

  @Test
  void noMoreThanThreeNodesOfAFullRowAreAskedAtATimeForThoseWhoWantTheirPlaces() {
    List<Ipv4Address> nodes = fill(RoutingTable.ROW_NODES_MAX);
    silent.addAll(nodes);
    for (int i = 0; i < 10; i++) {
      hear(inFirstRow());
      deliver();
    }
    assertThat(pinged.stream().filter(nodes::contains).toList())
        .hasSize(NodeChecks.REPINGS_MAX)
        .doesNotHaveDuplicates();
    assertThat(node.nodes(100)).containsExactlyInAnyOrderElementsOf(nodes);
  }

  @Test
  void aNodeOfAFullRowThatAnswersKeepsItsPlaceAndOneThatDoesNotLosesIt() {
    List<Ipv4Address> nodes = fill(RoutingTable.ROW_NODES_MAX);
    Ipv4Address early = inFirstRow();
    hear(early);
    deliver();
    assertThat(node.nodes(100)).containsExactlyInAnyOrderElementsOf(nodes);

    silent.addAll(nodes);
    Ipv4Address late = inFirstRow();
    hear(late);
    for (int second = 0; second < 4; second++) {
      deliver();
      nowNanos += 1_000_000_000L;
      node.onTimeout(nowNanos);
    }
    assertThat(node.nodes(100)).contains(late).doesNotContain(early);
  }

  @Test
  void aNodeThatIsKnownForLongAndWasHeardFromOfLateIsNotAskedAnewForEachCandidate() {
    List<Ipv4Address> nodes = fill(RoutingTable.ROW_NODES_MAX);
    pass(NodeChecks.OLD_TICKS + 1);
    nodes.forEach(this::hear);
    pass(1);
    hear(inFirstRow());
    deliver();
    assertThat(pinged).doesNotContainAnyElementsOf(nodes);
  }
}
