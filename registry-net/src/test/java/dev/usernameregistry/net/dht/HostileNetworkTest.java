package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SimulatedDht.Flight;
import dev.usernameregistry.net.dht.SimulatedDht.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What strangers try, and what they do not achieve. */
final class HostileNetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Key TARGET = Key.of(new byte[Key.BYTES]);
  private static final Ipv4Address STRANGER = Ipv4Address.of("9.8.7.6", 4444);

  private final SimulatedDht dht = new SimulatedDht(99);
  private final List<IncomingRequest> served = new ArrayList<>();
  private final List<Flight> inbox = new ArrayList<>();
  private final RequestServer server =
      (request, nowNanos) -> {
        served.add(request);
        request.reply(null);
        return true;
      };

  /** Answers every request, as a node without an id. */
  private Consumer<Flight> pongs(Ipv4Address at) {
    return flight -> {
      inbox.add(flight);
      if (flight.bytes()[0] == RpcPacket.ASK) {
        int tid = Raw.ask(flight.bytes()).tid();
        dht.send(at, flight.from(), Raw.pong(tid, flight.from(), null));
      }
    };
  }

  private Node oneNode() {
    Node node = dht.network(1, server).get(0);
    dht.run(SECOND);
    return node;
  }

  private RpcPacket.Answer lastAnswer() {
    for (int i = inbox.size() - 1; i >= 0; i--) {
      if (inbox.get(i).bytes()[0] == RpcPacket.ANSWER) {
        return Raw.answer(inbox.get(i).bytes());
      }
    }
    throw new AssertionError("no answer among " + inbox.size() + " datagrams");
  }

  private byte[] lastToken() {
    return Objects.requireNonNull(lastAnswer().token());
  }

  @Test
  void aForgedTokenIsAnsweredWithAnErrorAndNeverServed() {
    Node node = oneNode();
    dht.stranger(STRANGER, pongs(STRANGER));
    dht.send(STRANGER, node.address, Raw.command(1, node.address, null, TARGET, null));
    dht.run(SECOND);
    byte[] token = lastToken();
    assertThat(served).hasSize(1);

    for (int bit = 0; bit < 8 * Tokens.BYTES; bit += 37) {
      byte[] forged = token.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      dht.send(STRANGER, node.address, Raw.command(2, node.address, forged, TARGET, null));
      dht.run(SECOND / 10);
      assertThat(lastAnswer().error()).isEqualTo(Answers.INVALID_TOKEN);
      assertThat(lastAnswer().token()).as("a good one comes along").isNotNull();
    }
    assertThat(served).hasSize(1);
    dht.send(STRANGER, node.address, Raw.command(3, node.address, token, TARGET, null));
    dht.run(SECOND);
    assertThat(served).hasSize(2);
    assertThat(served.get(1).token()).isEqualTo(token);
  }

  @Test
  void aTokenIsGoodForItsHostAndForAFewSeconds() {
    Node node = oneNode();
    dht.stranger(STRANGER, pongs(STRANGER));
    dht.send(STRANGER, node.address, Raw.command(1, node.address, null, TARGET, null));
    dht.run(SECOND);
    byte[] token = lastToken();
    Ipv4Address other = Ipv4Address.of("9.8.7.5", 4444);
    dht.send(other, node.address, Raw.command(2, node.address, token, TARGET, null));
    dht.run(6 * SECOND);
    assertThat(served).hasSize(1);
    dht.send(STRANGER.withPort(5), node.address, Raw.command(3, node.address, token, TARGET, null));
    dht.run(9 * SECOND);
    assertThat(served).hasSize(2);
    dht.send(STRANGER, node.address, Raw.command(4, node.address, token, TARGET, null));
    dht.run(SECOND);
    assertThat(served).hasSize(2);
  }

  @Test
  void repliesThatNobodyAskedForAreIgnored() {
    List<Node> nodes = dht.network(5, server);
    Node node = nodes.get(4);
    int before = node.dht.nodes(100).size();
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      Ipv4Address from = new Ipv4Address(0x05000000 | i << 8, 1000 + i);
      byte[] pong = Raw.pong(random.nextInt(1 << 16), node.address, RoutingTable.idOf(from));
      dht.send(from, node.address, pong);
    }
    dht.run(SECOND);
    assertThat(node.dht.nodes(100)).hasSize(before);
    assertThat(node.dht.natAddress()).contains(node.address);
  }

  @Test
  void aReplyFromAnybodyButTheAskedNodeIsIgnored() {
    List<Node> nodes = dht.network(3, server);
    Ended ended = new Ended();
    dht.delayMinNanos = 50_000_000;
    dht.delayMaxNanos = 50_000_000;
    dht.records = true;
    nodes
        .get(1)
        .dht
        .request(Request.ping(), nodes.get(2).address, RequestOptions.DEFAULT, ended, dht.nowNanos);
    dht.run(1);
    int tid = Raw.ask(dht.seen.get(dht.seen.size() - 1).bytes()).tid();
    dht.send(STRANGER, nodes.get(1).address, Raw.pong(tid, STRANGER, null));
    dht.send(nodes.get(2).address.withPort(1), nodes.get(1).address, Raw.pong(tid, STRANGER, null));
    dht.run(SECOND);

    assertThat(ended.reply().from()).isEqualTo(nodes.get(2).address);
    assertThat(ended.reply().to()).isEqualTo(nodes.get(1).address);
  }

  @Test
  void aForgedSourceDoesNotEnterTheTable() {
    Node node = oneNode();
    for (int i = 0; i < 200; i++) {
      Ipv4Address victim = new Ipv4Address(0x06000000 | i << 8, 1000 + i);
      Key id = RoutingTable.idOf(victim);
      dht.send(victim, node.address, Raw.findNode(i, node.address, id, TARGET));
    }
    dht.run(5 * SECOND);
    assertThat(node.dht.nodes(10)).isEmpty();

    // one that answers does
    Key id = RoutingTable.idOf(STRANGER);
    dht.stranger(
        STRANGER,
        flight -> {
          if (flight.bytes()[0] == RpcPacket.ASK) {
            int tid = Raw.ask(flight.bytes()).tid();
            dht.send(STRANGER, node.address, Raw.pong(tid, node.address, id));
          }
        });
    dht.send(STRANGER, node.address, Raw.findNode(1, node.address, id, TARGET));
    dht.run(SECOND);
    assertThat(node.dht.nodes(10)).containsExactly(STRANGER);
  }

  @Test
  void whoWasNotAskedDoesNotTellANodeItsAddress() {
    Node node = dht.network(2, server).get(1);
    assertThat(node.dht.natAddress()).contains(node.address);
    int[] pongs = new int[1];
    dht.stranger(
        STRANGER,
        flight -> {
          if (flight.bytes()[0] == RpcPacket.ASK) {
            pongs[0]++;
            Ipv4Address lie = Ipv4Address.of("6.6.6.6", 666);
            dht.send(STRANGER, node.address, Raw.pong(Raw.ask(flight.bytes()).tid(), lie, null));
          }
        });
    dht.send(STRANGER, node.address, Raw.findNode(1, node.address, null, TARGET));
    dht.run(SECOND);
    assertThat(pongs[0]).isEqualTo(1); // it has proven that it receives, and nothing else
    assertThat(node.dht.natAddress()).contains(node.address);
  }

  @Test
  void oneRangeOfAddressesDoesNotFillTheTable() {
    List<Node> nodes = dht.network(30, server);
    dht.run(1200 * SECOND);
    Node node = nodes.get(3);
    List<Ipv4Address> attackers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Ipv4Address at = new Ipv4Address(0x07070700 | (i & 0xff), 1000 + i);
      attackers.add(at);
      dht.stranger(at, lies(at, attackers));
      byte[] find = Raw.findNode(i, node.address, RoutingTable.idOf(at), TARGET);
      for (int again = 0; again < 3; again++) {
        nodes.forEach(each -> dht.send(at, each.address, find));
      }
    }
    dht.run(60 * SECOND);

    for (Node each : nodes) {
      List<Ipv4Address> table = each.dht.nodes(1000);
      long bad = table.stream().filter(at -> at.host() >>> 8 == 0x070707).count();
      assertThat(bad).isBetween(1L, (long) KnownNodes.RANGE_NODES_MAX);
      assertThat(table.size() - bad).isGreaterThanOrEqualTo(20);
    }
    Found found = new Found();
    node.dht.query(QuerySpec.findNode(TARGET), found, dht.nowNanos);
    assertThat(dht.runUntil(found::isDone, 60 * SECOND)).isTrue();
    assertThat(found.addresses().stream().filter(at -> at.host() >>> 8 == 0x070707).count())
        .isLessThanOrEqualTo(KnownNodes.RANGE_NODES_MAX);
  }

  /** Answers with its id and names the others. */
  private Consumer<Flight> lies(Ipv4Address at, List<Ipv4Address> others) {
    return flight -> {
      if (flight.bytes()[0] == RpcPacket.ASK) {
        RpcPacket.Ask ask = Raw.ask(flight.bytes());
        List<Ipv4Address> named = ask.target() == null ? List.of() : List.copyOf(others);
        RpcPacket.Answer lie =
            new RpcPacket.Answer(
                ask.tid(), flight.from(), RoutingTable.idOf(at), null, named, 0, null);
        dht.send(at, flight.from(), lie.encode());
      }
    };
  }

  @Test
  void oneHostDoesNotTakeMoreThanItsPlaces() {
    KnownNodes nodes = new KnownNodes(TARGET, new Random(1));
    for (int port = 1; port < 100; port++) {
      Ipv4Address at = STRANGER.withPort(port);
      nodes.add(new RoutingTable.Entry(RoutingTable.idOf(at), at));
    }
    assertThat(nodes.size()).isEqualTo(KnownNodes.HOST_NODES_MAX);
    Ipv4Address first = nodes.oldest(1).get(0).address;
    nodes.remove(RoutingTable.idOf(first));
    assertThat(nodes.allows(STRANGER)).isTrue();
    for (int port = 1; port < 100; port++) {
      Ipv4Address at = Ipv4Address.of("127.0.0.1", port);
      nodes.add(new RoutingTable.Entry(RoutingTable.idOf(at), at));
    }
    assertThat(nodes.size()).isGreaterThan(60);
  }

  @Test
  void sayingThatALivingNodeIsDownDoesNotRemoveIt() {
    List<Node> nodes = dht.network(12, server);
    Node node = nodes.get(0);
    dht.stranger(STRANGER, pongs(STRANGER));
    List<Ipv4Address> before = node.dht.nodes(100);
    dht.records = true;
    for (int i = 0; i < 100; i++) {
      for (Ipv4Address named : before) {
        byte[] hint = Raw.internal(i, node.address, Request.DOWN_HINT, Raw.address(named));
        dht.send(STRANGER, node.address, hint);
      }
    }
    dht.run(10 * SECOND);
    assertThat(node.dht.nodes(100)).containsExactlyInAnyOrderElementsOf(before);
    long pings =
        dht.seen.stream()
            .filter(flight -> flight.from().equals(node.address))
            .filter(flight -> Raw.isInternal(flight.bytes(), Request.PING))
            .count();
    // one for each node in each of three ticks, and the five of an idle node
    assertThat(pings).isLessThanOrEqualTo(3L * before.size() + 5);
  }

  @Test
  void nodesThatNameEverNewOnesDoNotKeepAQueryGoing() {
    Node node = oneNode();
    int[] asked = new int[1];
    Random random = new Random(5);
    Set<Ipv4Address> made = new HashSet<>();
    Ipv4Address first = new Ipv4Address(0x08000001, 1);
    dht.stranger(first, namesMore(first, random, made, asked));
    Found found = new Found();
    QuerySpec spec = QuerySpec.findNode(TARGET).startNodes(List.of(first));
    Query query = node.dht.query(spec, found, dht.nowNanos);

    assertThat(dht.runUntil(found::isDone, 600 * SECOND)).isTrue();
    assertThat(query.isDone()).isTrue();
    assertThat(asked[0]).isLessThanOrEqualTo(Query.VISITS_MAX);
    assertThat(made.size()).isGreaterThan(asked[0]);
  }

  private Consumer<Flight> namesMore(
      Ipv4Address at, Random random, Set<Ipv4Address> made, int[] asked) {
    return flight -> {
      if (flight.bytes()[0] != RpcPacket.ASK) {
        return;
      }
      asked[0]++;
      List<Ipv4Address> more = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Ipv4Address next = new Ipv4Address(random.nextInt() >>> 1 | 1, 1 + random.nextInt(60_000));
        if (made.add(next)) {
          dht.stranger(next, namesMore(next, random, made, asked));
        }
        more.add(next);
      }
      int tid = Raw.ask(flight.bytes()).tid();
      RpcPacket.Answer answer = new RpcPacket.Answer(tid, flight.from(), null, null, more, 0, null);
      dht.send(at, flight.from(), answer.encode());
    };
  }

  @Test
  void aQueryWhoseVisitsAreUsedUpByErrorsEndsAndItsListenerIsTold() {
    List<Node> nodes = dht.network(25, server);
    Random random = new Random(5);
    List<Ipv4Address> start = new ArrayList<>();
    for (int i = 0; i < Query.CLOSEST_MAX; i++) {
      Ipv4Address at = new Ipv4Address(0x08000001 | i << 8, 1);
      dht.stranger(at, refusesAndNamesMore(at, random));
      start.add(at);
    }
    Found found = new Found();
    QuerySpec spec = QuerySpec.findNode(TARGET).startNodes(start);
    Query query = nodes.get(24).dht.query(spec, found, dht.nowNanos);

    assertThat(dht.runUntil(found::isDone, 600 * SECOND)).isTrue();
    assertThat(query.isDone()).isTrue();
    assertThat(found.result().successes()).isZero();
    assertThat(found.result().errors()).isEqualTo(Query.VISITS_MAX);
  }

  private Consumer<Flight> refusesAndNamesMore(Ipv4Address at, Random random) {
    return flight -> {
      if (flight.bytes()[0] != RpcPacket.ASK) {
        return;
      }
      List<Ipv4Address> more = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Ipv4Address next = new Ipv4Address(random.nextInt() >>> 1 | 1, 1 + random.nextInt(60_000));
        dht.stranger(next, refusesAndNamesMore(next, random));
        more.add(next);
      }
      int tid = Raw.ask(flight.bytes()).tid();
      RpcPacket.Answer answer = new RpcPacket.Answer(tid, flight.from(), null, null, more, 1, null);
      dht.send(at, flight.from(), answer.encode());
    };
  }

  @Test
  void aFloodFromOneHostIsCutAndOthersAreServed() {
    Node node = oneNode();
    dht.stranger(STRANGER, inbox::add);
    Ipv4Address honest = Ipv4Address.of("10.9.8.7", 1);
    List<Flight> answers = new ArrayList<>();
    dht.stranger(honest, answers::add);
    byte[] hint = Raw.address(STRANGER);
    for (int i = 0; i < 20_000; i++) {
      dht.send(STRANGER, node.address, Raw.internal(i, node.address, Request.DOWN_HINT, hint));
      if (i % 1000 == 0) {
        dht.send(honest, node.address, Raw.internal(i, node.address, Request.DOWN_HINT, hint));
      }
    }
    dht.run(SECOND);
    assertThat(inbox.size()).isBetween(DhtNode.BURST, DhtNode.BURST + DhtNode.PER_SECOND);
    assertThat(answers).hasSize(20);
    assertThat(node.dht.statistics().requestsDropped()).isGreaterThan(19_000);
    dht.run(10 * SECOND);
    inbox.clear();
    dht.send(STRANGER, node.address, Raw.internal(1, node.address, Request.DOWN_HINT, hint));
    dht.run(SECOND);
    assertThat(inbox).hasSize(1);
  }
}
