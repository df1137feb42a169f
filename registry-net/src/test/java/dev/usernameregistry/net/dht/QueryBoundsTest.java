package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nodes that answer a query can make it remember, and whom they can make it ask. */
final class QueryBoundsTest {
  private static final long SLOT_NANOS = 750_000_000L;
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);
  private static final Ipv4Address FIRST = Ipv4Address.of("9.8.7.6", 4444);
  private static final Key TARGET = Key.of(new byte[Key.BYTES]);

  private long nowNanos = 5;
  private final DhtNode node =
      new DhtNode(DhtOptions.bootstrapper(OWN), RequestServer.NONE, new SeededRandom(4), nowNanos);
  private final Found found = new Found();
  private final Set<Ipv4Address> asked = new LinkedHashSet<>();
  private final Set<Ipv4Address> named = new LinkedHashSet<>();

  /** Whether those who answer tell their ids, and so may be among the closest. */
  private boolean idsTold;

  /** What is wrong, as those who answer tell. */
  private int error;

  QueryBoundsTest() {
    node.start(OWN.port(), 50_000, nowNanos);
    node.onTimeout(nowNanos);
  }

  /** Queries until the end; each node that is asked names those that {@code names} gives. */
  private void query(Function<Ipv4Address, List<Ipv4Address>> names) {
    named.add(FIRST);
    node.query(QuerySpec.findNode(TARGET).startNodes(List.of(FIRST)), found, nowNanos);
    while (!found.isDone()) {
      Outgoing next = node.nextOutgoing(nowNanos);
      if (next instanceof Outgoing.Packet packet) {
        asked.add(packet.to());
        answer(packet, names.apply(packet.to()));
      } else {
        nowNanos += SLOT_NANOS;
        node.onTimeout(nowNanos);
      }
    }
  }

  private void answer(Outgoing.Packet question, List<Ipv4Address> names) {
    named.addAll(names);
    int tid = Raw.ask(question.bytes()).tid();
    Key id = idsTold ? RoutingTable.idOf(question.to()) : null;
    byte[] answer = new RpcPacket.Answer(tid, OWN, id, null, names, error, null).encode();
    node.receive(question.socket(), question.to(), ByteBuffer.wrap(answer), nowNanos);
  }

  private List<Ipv4Address> fresh(int count) {
    List<Ipv4Address> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fresh.add(new Ipv4Address(0x0b000000 + named.size() + i, 7));
    }
    return fresh;
  }

  @Test
  void aQueryRemembersNoMoreThanTheFirstFewThousandAddresses() {
    query(asked -> fresh(Query.CLOSEST_MAX));

    assertThat(asked).hasSize(Query.VISITS_MAX);
    assertThat(named).hasSizeGreaterThan(2 * Query.SEEN_MAX);
    assertThat(named.stream().limit(Query.SEEN_MAX).toList()).containsAll(asked);
  }

  @Test
  void noMoreThanTwentyNamesOfAReplyAreLookedAt() {
    query(asked -> asked.equals(FIRST) ? fresh(50) : List.of());

    assertThat(asked)
        .containsExactlyInAnyOrderElementsOf(named.stream().limit(1 + Query.CLOSEST_MAX).toList());
  }

  @Test
  void neitherOurselvesNorPortZeroIsAsked() {
    Ipv4Address nowhere = FIRST.withPort(0);
    Ipv4Address good = FIRST.withPort(1);
    query(asked -> List.of(OWN, nowhere, good));

    assertThat(asked).containsExactly(FIRST, good);
    assertThat(found.result().errors()).isZero();
  }

  @Test
  void ofOneRangeOfAddressesOnlyTheTenClosestAreFound() {
    idsTold = true;
    List<Ipv4Address> range = fresh(Query.CLOSEST_MAX);
    query(asked -> asked.equals(FIRST) ? range : List.of());

    Comparator<Ipv4Address> byDistance =
        (a, b) -> RoutingTable.compareDistance(TARGET, RoutingTable.idOf(a), RoutingTable.idOf(b));
    List<Ipv4Address> closest =
        range.stream().sorted(byDistance).limit(KnownNodes.RANGE_NODES_MAX).toList();
    assertThat(asked).containsAll(range);
    assertThat(found.addresses()).contains(FIRST).containsAll(closest).hasSize(1 + closest.size());
  }

  @Test
  void aNodeOfTheOwnTableIsAskedThoughLiarsNamedItFirst() {
    idsTold = true;
    query(asked -> List.of());
    assertThat(node.nodes(2)).containsExactly(FIRST);
    asked.clear();
    error = Answers.UNKNOWN_COMMAND;
    List<Ipv4Address> liars =
        IntStream.range(0, Query.CLOSEST_MAX)
            .mapToObj(i -> new Ipv4Address(0x0d000000 + i, 7))
            .toList();
    Found second = new Found();
    node.query(QuerySpec.findNode(TARGET).startNodes(liars), second, nowNanos);
    while (!second.isDone()) {
      if (node.nextOutgoing(nowNanos) instanceof Outgoing.Packet packet) {
        List<Ipv4Address> names = new ArrayList<>();
        if (asked.isEmpty()) {
          names.add(FIRST);
        }
        if (asked.add(packet.to()) && liars.contains(packet.to())) {
          names.addAll(fresh(Query.CLOSEST_MAX - 1));
        }
        answer(packet, names);
      } else {
        nowNanos += SLOT_NANOS;
        node.onTimeout(nowNanos);
      }
    }
    assertThat(asked).contains(FIRST).hasSize(liars.size() + Query.LED_MAX + 1);
  }

  @Test
  void aCancelledQueryAsksNobodyMore() {
    QuerySpec spec = QuerySpec.findNode(TARGET).startNodes(fresh(Query.CLOSEST_MAX));
    Query query = node.query(spec, found, nowNanos);
    assertThat(query.isDone()).isFalse();
    assertThat(node.statistics().inFlight()).isPositive();

    query.cancel(nowNanos);

    assertThat(query.isDone()).isTrue();
    assertThat(node.statistics().inFlight()).isZero();
    assertThat(found.isDone()).isFalse();
  }
}
