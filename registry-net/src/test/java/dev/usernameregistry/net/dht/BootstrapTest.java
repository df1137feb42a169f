package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtListener.Event;
import dev.usernameregistry.net.dht.DhtOptions.Persistence;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a node finds its place: its address, whether it is reachable, its id. */
final class BootstrapTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private static Node join(SimulatedDht dht, Node bootstrap, DhtOptions options, boolean firewall) {
    Node node = dht.add(options, RequestServer.NONE, dht.freshAddress(), firewall);
    node.start();
    assertThat(dht.runUntil(node.dht::isBootstrapped, MINUTE)).isTrue();
    assertThat(bootstrap.dht.isBootstrapped()).isTrue();
    return node;
  }

  private static DhtOptions joining(Node bootstrap, Persistence persistence) {
    return DhtOptions.joining(List.of(bootstrap.address)).persistence(persistence);
  }

  @Test
  void bootstrapEndsIfNobodyAnswers() {
    SimulatedDht dht = new SimulatedDht(10);
    for (Persistence persistence : Persistence.values()) {
      DhtOptions options = DhtOptions.joining(List.of(dht.freshAddress()));
      Node node =
          dht.add(options.persistence(persistence), RequestServer.NONE, dht.freshAddress(), false);
      node.start();
      assertThat(node.dht.isBootstrapped()).isFalse();
      assertThat(dht.runUntil(node.dht::isBootstrapped, 7 * SECOND)).isTrue();
      assertThat(node.dht.isEphemeral()).isTrue();
    }
  }

  @Test
  void bootstrapEndsIfANodeIsItsOwnBootstrapNode() {
    for (Persistence persistence : Persistence.values()) {
      SimulatedDht dht = new SimulatedDht(110);
      Ipv4Address own = dht.freshAddress();
      DhtOptions options = DhtOptions.joining(List.of(own)).persistence(persistence);
      Node node = dht.add(options, RequestServer.NONE, own, false);
      node.start();
      assertThat(dht.runUntil(node.dht::isBootstrapped, 15 * SECOND))
          .as("%s", persistence)
          .isTrue();
    }
  }

  @Test
  void bootstrapEndsIfThereIsNobodyToAsk() {
    SimulatedDht dht = new SimulatedDht(11);
    DhtOptions options = DhtOptions.joining(List.of()).persistence(Persistence.ALWAYS);
    Node node = dht.add(options, RequestServer.NONE, dht.freshAddress(), false);
    node.start();
    assertThat(dht.runUntil(node.dht::isBootstrapped, SECOND)).isTrue();
    assertThat(node.dht.isEphemeral()).isTrue();
  }

  @Test
  void bootstrapEndsIfOnlyEphemeralNodesAnswer() {
    SimulatedDht dht = new SimulatedDht(12);
    DhtOptions alone = DhtOptions.joining(List.of()).persistence(Persistence.NEVER);
    Node first = dht.add(alone, RequestServer.NONE, dht.freshAddress(), false);
    first.start();
    dht.run(1);
    Node second = join(dht, first, joining(first, Persistence.NEVER), false);
    assertThat(second.dht.isEphemeral()).isTrue();
    assertThat(second.dht.nodes(10)).isEmpty();
    assertThat(second.dht.natAddress().orElseThrow().host()).isEqualTo(second.address.host());
    Node third = join(dht, first, joining(first, Persistence.ALWAYS), false);
    assertThat(third.dht.isEphemeral()).isFalse();
  }

  @Test
  void theBootstrapNodeIsPersistentAtOnce() {
    SimulatedDht dht = new SimulatedDht(13);
    Node node = dht.network(1, RequestServer.NONE).get(0);
    dht.run(1);
    assertThat(node.dht.isBootstrapped()).isTrue();
    assertThat(node.dht.id()).contains(RoutingTable.idOf(node.address));
    assertThat(node.dht.remoteAddress()).contains(node.address);
    assertThat(node.dht.statistics().packetsSent()).isZero();
  }

  @Test
  void anOpenPortIsFoundBeforeTheFirstBootstrapEnds() {
    SimulatedDht dht = new SimulatedDht(14);
    Node first = dht.network(20, RequestServer.NONE).get(0);
    Node open = join(dht, first, joining(first, Persistence.NEVER), false);
    Node closed = join(dht, first, joining(first, Persistence.NEVER), true);

    assertThat(open.dht.isFirewalled()).isFalse();
    assertThat(open.dht.remoteAddress()).contains(open.address);
    assertThat(open.dht.requestSocket()).isEqualTo(DhtNode.SERVER_SOCKET);
    assertThat(closed.dht.isFirewalled()).isTrue();
    assertThat(closed.dht.remoteAddress()).isEmpty();
    assertThat(closed.dht.natAddress()).contains(closed.address(DhtNode.CLIENT_SOCKET));
    assertThat(open.dht.isEphemeral() && closed.dht.isEphemeral()).isTrue();
  }

  @Test
  void anAdaptiveNodeBecomesPersistentAfterTwentyMinutesIfItsPortIsOpen() {
    SimulatedDht dht = new SimulatedDht(15);
    Node first = dht.network(20, RequestServer.NONE).get(0);
    Node open = join(dht, first, joining(first, Persistence.ADAPTIVE), false);
    Node closed = join(dht, first, joining(first, Persistence.ADAPTIVE), true);
    List<Event> events = new ArrayList<>();
    open.dht.addListener((event, nowNanos) -> events.add(event));
    dht.run(19 * MINUTE);
    assertThat(open.dht.isEphemeral()).isTrue();
    dht.run(2 * MINUTE);

    assertThat(open.dht.id()).contains(RoutingTable.idOf(open.address));
    assertThat(closed.dht.id()).isEmpty();
    assertThat(events).contains(Event.PERSISTENT);
    assertThat(first.dht.nodes(100)).contains(open.address).doesNotContain(closed.address);
  }

  @Test
  void aForcedNodeBehindAFirewallStaysEphemeral() {
    SimulatedDht dht = new SimulatedDht(16);
    Node first = dht.network(20, RequestServer.NONE).get(0);
    assertThat(join(dht, first, joining(first, Persistence.ALWAYS), true).dht.isEphemeral())
        .isTrue();
    assertThat(join(dht, first, joining(first, Persistence.ALWAYS), false).dht.isEphemeral())
        .isFalse();
  }

  @Test
  void aSuspendedBootstrapBeginsAgain() {
    SimulatedDht dht = new SimulatedDht(18);
    List<Node> nodes = dht.network(5, RequestServer.NONE);
    Node peer =
        dht.add(
            joining(nodes.get(0), Persistence.ALWAYS),
            RequestServer.NONE,
            dht.freshAddress(),
            false);
    peer.start();
    dht.run(1);
    peer.dht.suspend(dht.nowNanos);
    dht.run(MINUTE);
    assertThat(peer.dht.isBootstrapped()).isFalse();
    peer.dht.resume(dht.nowNanos);
    assertThat(dht.runUntil(peer.dht::isBootstrapped, MINUTE)).isTrue();
    assertThat(peer.dht.isEphemeral()).isFalse();
  }

  @Test
  void afterASleepTheNodeIsEphemeralAndLooksAround() {
    SimulatedDht dht = new SimulatedDht(19);
    List<Node> nodes = dht.network(10, RequestServer.NONE);
    Node node = join(dht, nodes.get(0), joining(nodes.get(0), Persistence.ADAPTIVE), false);
    dht.run(21 * MINUTE);
    assertThat(node.dht.isEphemeral()).isFalse();
    List<Event> events = new ArrayList<>();
    node.dht.addListener((event, nowNanos) -> events.add(event));

    dht.nowNanos += 5 * MINUTE;
    dht.run(20 * SECOND);

    assertThat(events).startsWith(Event.EPHEMERAL, Event.WOKE_UP);
    assertThat(node.dht.id()).isEmpty();
    assertThat(node.dht.nodes(10)).hasSize(10);
  }

  @Test
  void aSleepInWhichTheMonotonicClockStandsStillIsNoticed() {
    SimulatedDht dht = new SimulatedDht(19);
    List<Node> nodes = dht.network(10, RequestServer.NONE);
    Node node = join(dht, nodes.get(0), joining(nodes.get(0), Persistence.ADAPTIVE), false);
    dht.run(21 * MINUTE);
    assertThat(node.dht.isEphemeral()).isFalse();
    List<Event> events = new ArrayList<>();
    node.dht.addListener((event, nowNanos) -> events.add(event));

    dht.sleptNanos += 9 * SECOND; // a clock that is set forward a little is no sleep
    dht.run(20 * SECOND);
    dht.sleptNanos -= 60 * MINUTE; // nor is one that is set back
    dht.run(20 * SECOND);
    assertThat(events).isEmpty();

    dht.sleptNanos += 120 * MINUTE;
    dht.run(20 * SECOND);
    assertThat(events).containsOnlyOnce(Event.WOKE_UP).startsWith(Event.EPHEMERAL, Event.WOKE_UP);
    assertThat(node.dht.id()).isEmpty();
  }
}
