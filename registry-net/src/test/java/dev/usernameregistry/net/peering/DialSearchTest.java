package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.PeerRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Relays that a client was told of and that are gone by the time it dials. */
class DialSearchTest {
  private final SimulatedDht dht = new SimulatedDht(3);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedPeer server = dht.reachable("server", "7.0.0.1");
  private final SimulatedPeer client = dht.reachable("client", "7.0.0.2");

  /** How many nodes were tried, once a search of a test's own has found none. */
  private int attempts;

  @Test
  void liveRelayIsNotKeptWaitingByDeadOnes() {
    dht.listen(server);
    Ipv4Address live = relay();
    internet.drops = packet -> !packet.to().equals(live) && isFromClient(packet);
    List<Ipv4Address> told =
        List.of(Ipv4Address.of("8.0.9.1", 1), Ipv4Address.of("8.0.9.2", 1), live);
    long start = internet.nowNanos;
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.runUntil(() -> !server.accepted.isEmpty(), 60, "the server is reached");
    assertThat(internet.nowNanos - start).isLessThan(SimulatedInternet.SECOND_NANOS);
  }

  /** Returns a node that knows the server and is not the server itself. */
  private Ipv4Address relay() {
    return server.listening().relayAddresses().stream()
        .filter(relay -> !relay.equals(server.machine.address))
        .findFirst()
        .orElseThrow();
  }

  private boolean isFromClient(SimulatedInternet.Packet packet) {
    return packet.from().host() == client.machine.address.host() && packet.bytes().length > 100;
  }

  @Test
  void relaysThatAreAllDeadAreAFailedConnection() {
    client.dial(server.key(), List.of(Ipv4Address.of("8.0.9.1", 1)), DialOptions.DEFAULT);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).containsExactly(DialFailure.PEER_CONNECTION_FAILED);
  }

  @Test
  void noMoreThanEightOfTheNodesThatWeAreToldOfAreTried() {
    List<Ipv4Address> told =
        IntStream.range(1, 40).mapToObj(i -> Ipv4Address.of("8.0.9." + i, 1)).toList();
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).containsExactly(DialFailure.PEER_CONNECTION_FAILED);
    assertThat(asked()).containsExactlyInAnyOrderElementsOf(told.subList(0, 8));
  }

  @Test
  void nothingIsSentToToldAddressesThatNobodyHas() {
    Ipv4Address dead = Ipv4Address.of("8.0.9.1", 1);
    List<Ipv4Address> told =
        List.of(Ipv4Address.of("224.0.0.1", 80), Ipv4Address.of("8.0.9.2", 0), dead);
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(asked()).containsExactly(dead);
  }

  /** A node that does not know the way to the server may know who does. */
  @Test
  void theNodesThatWeAreToldOfAreAskedForOthersToo() {
    Ipv4Address dead = Ipv4Address.of("8.0.9.1", 1);
    client.dial(server.key(), List.of(dead), DialOptions.DEFAULT);
    internet.run(1_000_000L);
    assertThat(lookups()).extracting(SimulatedInternet.Packet::to).contains(dead);
  }

  @Test
  void aNodeThatWeAreToldOfTwiceIsTriedOnce() {
    Ipv4Address dead = Ipv4Address.of("8.0.9.1", 1);
    client.dial(server.key(), List.of(dead, dead, dead), DialOptions.DEFAULT);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(internet.sent).filteredOn(this::isFromClient).as("with its repetitions").hasSize(4);
  }

  @Test
  void aNodeThatWeAreToldOfIsNotTriedAgainWhenItIsFound() {
    dht.listen(server);
    Ipv4Address relay = relay();
    internet.drops = this::isFromClient;
    internet.sent.clear();
    client.dial(server.key(), List.of(relay), DialOptions.DEFAULT);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(internet.sent)
        .filteredOn(packet -> packet.to().equals(relay) && isFromClient(packet))
        .as("with its repetitions")
        .hasSize(4);
  }

  @Test
  void aKeyThatNobodyKnowsIsLookedForOnce() {
    client.dial(server);
    internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).containsExactly(DialFailure.PEER_NOT_FOUND);
    assertThat(lookups())
        .extracting(SimulatedInternet.Packet::to)
        .containsExactlyInAnyOrderElementsOf(nodes());
  }

  @Test
  void aLookupThatLedNowhereFromTheNodesThatWeAreToldOfIsRepeated() {
    dht.listen(server);
    List<Ipv4Address> told = List.of(Ipv4Address.of("8.0.9.1", 1));
    long start = internet.nowNanos;
    internet.drops =
        packet ->
            isLookup(packet) && internet.nowNanos - start < 6 * SimulatedInternet.SECOND_NANOS;
    client.dial(server.key(), told, DialOptions.DEFAULT);
    dht.runUntilConnected(client, server);
  }

  /** The first node says at once that it does not know the server; the second one is dead. */
  @Test
  void oneLookupRunsAtATime() {
    Ipv4Address live = nodes().get(0);
    List<Ipv4Address> told = List.of(live, Ipv4Address.of("8.0.9.1", 1));
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.run(SimulatedInternet.SECOND_NANOS / 2);
    assertThat(asked()).containsExactlyInAnyOrderElementsOf(told);
    assertThat(lookups()).hasSize(nodes().size() + 1);
  }

  @Test
  void aDialThatIsCancelledAsksNobodyAnyMore() {
    client.dial(server.key(), List.of(Ipv4Address.of("8.0.9.1", 1)), DialOptions.DEFAULT);
    internet.run(1_000_000L);
    assertThat(asked()).hasSize(1);
    client.dial().cancel(internet.nowNanos);
    internet.sent.clear();
    internet.run(20 * SimulatedInternet.SECOND_NANOS);
    assertThat(asked()).isEmpty();
    assertThat(lookups()).isEmpty();
  }

  @Test
  void ofManyWhoSayThatTheyKnowTheServerTwoAreTriedAtATimeAndNotAll() {
    DialSearch search = search();
    findNodes(search, 200);
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(asked()).hasSize(DialSearch.PARALLEL);
    internet.runUntil(() -> attempts > 0, 300, "nobody is left");
    assertThat(attempts).isEqualTo(DialSearch.ATTEMPTS_MAX);
    assertThat(asked()).hasSize(DialSearch.ATTEMPTS_MAX);
  }

  @Test
  void oneHostThatSaysOnManyPortsThatItKnowsTheServerKeepsNobodyWaiting() {
    DialSearch search = search();
    PeerRecord record = new PeerRecord(server.key(), List.of());
    for (int port = 1; port <= 100; port++) {
      search.found(record, Ipv4Address.of("8.0.9.1", port), internet.nowNanos);
    }
    Ipv4Address other = Ipv4Address.of("8.0.10.1", 1);
    search.found(record, other, internet.nowNanos);
    internet.run(20 * SimulatedInternet.SECOND_NANOS);
    assertThat(asked()).contains(other);
  }

  @Test
  void aSearchThatIsFinishedTriesNoneOfThoseThatStillWait() {
    DialSearch search = search();
    findNodes(search, 10);
    search.finish(internet.nowNanos);
    internet.runUntil(() -> attempts > 0, 300, "nobody is left");
    assertThat(asked()).hasSize(DialSearch.PARALLEL);
  }

  /** Returns a search for the server that has not begun by itself, and finds no answer. */
  private DialSearch search() {
    DialSearch.Owner owner =
        new DialSearch.Owner() {
          @Override
          public void answered(DialSearch.Answer answer, long nowNanos) {
            throw new AssertionError("answered by " + answer.relay());
          }

          @Override
          public void exhausted(int tried, long nowNanos) {
            attempts = tried;
          }
        };
    return new DialSearch(
        client.machine.node,
        new Announcements(client.machine.node, client.machine.records),
        server.key(),
        new byte[100],
        List.of(),
        owner);
  }

  /** Has so many dead nodes say that they know the server. */
  private void findNodes(DialSearch search, int count) {
    PeerRecord record = new PeerRecord(server.key(), List.of());
    for (int i = 1; i <= count; i++) {
      search.found(record, Ipv4Address.of("8.0.9." + i, 1), internet.nowNanos);
    }
  }

  private List<Ipv4Address> nodes() {
    return dht.nodes.stream().map(node -> node.address).toList();
  }

  /** Returns what the client sent to be told of nodes that know the server. */
  private List<SimulatedInternet.Packet> lookups() {
    return internet.sent.stream().filter(this::isLookup).toList();
  }

  private boolean isLookup(SimulatedInternet.Packet packet) {
    byte[] bytes = packet.bytes();
    byte[] target = PeerRecord.target(server.key()).bytes();
    boolean named = false;
    for (int end = target.length; end <= bytes.length && !named; end++) {
      named = Arrays.equals(bytes, end - target.length, end, target, 0, target.length);
    }
    return named && packet.from().host() == client.machine.address.host() && !isFromClient(packet);
  }

  /** Returns where the client sent its first message. */
  private Set<Ipv4Address> asked() {
    return internet.sent.stream()
        .filter(this::isFromClient)
        .map(SimulatedInternet.Packet::to)
        .collect(Collectors.toSet());
  }
}
