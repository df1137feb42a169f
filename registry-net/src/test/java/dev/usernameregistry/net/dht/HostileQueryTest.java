package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SimulatedDht.Flight;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a few liars among honest nodes can do to a query. */
final class HostileQueryTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Key TARGET = Key.of(new byte[Key.BYTES]);
  private static final int ASKING = 50;
  private static final Comparator<Ipv4Address> FARTHEST_FIRST =
      (a, b) -> RoutingTable.compareDistance(TARGET, RoutingTable.idOf(b), RoutingTable.idOf(a));

  private final SimulatedDht dht = new SimulatedDht(7);
  private final List<Node> nodes = dht.network(100, RequestServer.NONE);

  /** Where liars are, each closer to the target than those before. */
  private List<Ipv4Address> liars = List.of();

  private int named;
  private int asked;
  private int namesAtOnce = Query.CLOSEST_MAX;
  private long pauseNanos;

  /** Answers with an id, and names the next liars. */
  private void lie(Ipv4Address at, Flight flight) {
    if (flight.bytes()[0] != RpcPacket.ASK) {
      return;
    }
    RpcPacket.Ask ask = Raw.ask(flight.bytes());
    int first = named;
    if (ask.target() != null) {
      asked++;
      named = Math.min(liars.size(), first + namesAtOnce);
    }
    List<Ipv4Address> names = liars.subList(first, named);
    Key id = RoutingTable.idOf(at);
    byte[] lie = new RpcPacket.Answer(ask.tid(), flight.from(), id, null, names, 0, null).encode();
    dht.delayMinNanos += pauseNanos;
    dht.delayMaxNanos += pauseNanos;
    dht.send(at, flight.from(), lie);
    dht.delayMinNanos -= pauseNanos;
    dht.delayMaxNanos -= pauseNanos;
  }

  /** Asks the closest nodes of the own table, and before them a liar that is closer. */
  private Found query(IntFunction<Ipv4Address> places) {
    liars = IntStream.range(1, 10_000).mapToObj(places).sorted(FARTHEST_FIRST).toList();
    liars.forEach(at -> dht.stranger(at, flight -> lie(at, flight)));
    liars = liars.subList(9 * liars.size() / 10, liars.size());
    DhtNode asking = nodes.get(ASKING).dht;
    List<Ipv4Address> start = new ArrayList<>();
    start.add(liars.get(liars.size() - 1));
    start.addAll(asking.closest(TARGET, Query.CLOSEST_MAX - 1));
    Found found = new Found();
    asking.query(QuerySpec.findNode(TARGET).startNodes(start), found, dht.nowNanos);
    assertThat(dht.runUntil(found::isDone, 3600 * SECOND)).isTrue();
    return found;
  }

  private static Ipv4Address portOfOneHost(int port) {
    return Ipv4Address.of("9.8.7.6", port);
  }

  private static Ipv4Address hostOfAnyRange(int number) {
    return new Ipv4Address(0x0c000001 + (number << 8), 7);
  }

  private List<Ipv4Address> closestHonest() {
    List<Ipv4Address> farthestFirst =
        nodes.stream()
            .map(node -> node.address)
            .filter(at -> !at.equals(nodes.get(ASKING).address))
            .sorted(FARTHEST_FIRST)
            .toList();
    return farthestFirst.subList(
        farthestFirst.size() - KnownNodes.RANGE_NODES_MAX, farthestFirst.size());
  }

  @Test
  void theClosestHonestNodesAreFoundBesidesOneHostWithManyPorts() {
    Found found = query(HostileQueryTest::portOfOneHost);

    assertThat(asked).isGreaterThan(Query.CLOSEST_MAX);
    assertThat(found.addresses()).containsAll(closestHonest());
  }

  @Test
  void oneHostWithManyPortsDoesNotHaveUsAskThemAll() {
    query(HostileQueryTest::portOfOneHost);

    assertThat(asked).isLessThanOrEqualTo(1 + Query.LED_MAX);
  }

  @Test
  void liarsThatTakeTheirTimeDoNotMakeAQueryLast() {
    pauseNanos = 900_000_000L;
    namesAtOnce = 1;
    long startNanos = dht.nowNanos;
    query(HostileQueryTest::hostOfAnyRange);

    assertThat(dht.nowNanos - startNanos).isLessThan(Query.LASTS_NANOS + 7 * SECOND);
  }
}
