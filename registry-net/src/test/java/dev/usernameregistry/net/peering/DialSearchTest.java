package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.PeerRecord;
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

  @Test
  void liveRelayIsNotKeptWaitingByDeadOnes() {
    dht.listen(server);
    Ipv4Address live =
        server.listening().relayAddresses().stream()
            .filter(relay -> !relay.equals(server.machine.address))
            .findFirst()
            .orElseThrow();
    internet.drops = packet -> packet.to().equals(server.machine.address) && isFromClient(packet);
    List<Ipv4Address> told =
        List.of(Ipv4Address.of("8.0.9.1", 1), Ipv4Address.of("8.0.9.2", 1), live);
    long start = internet.nowNanos;
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.runUntil(() -> !server.accepted.isEmpty(), 60, "the server is reached");
    assertThat(internet.nowNanos - start).isLessThan(SimulatedInternet.SECOND_NANOS);
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

  @Test
  void ofManyWhoSayThatTheyKnowTheServerTwoAreTriedAtATimeAndNotAll() {
    int[] attempts = new int[1];
    DialSearch.Owner owner =
        new DialSearch.Owner() {
          @Override
          public void answered(DialSearch.Answer answer, long nowNanos) {
            throw new AssertionError("answered by " + answer.relay());
          }

          @Override
          public void exhausted(int tried, long nowNanos) {
            attempts[0] = tried;
          }
        };
    DialSearch search =
        new DialSearch(
            client.machine.node,
            new Announcements(client.machine.node, client.machine.records),
            server.key(),
            new byte[100],
            List.of(),
            owner);
    for (int i = 1; i < 200; i++) {
      PeerRecord record = new PeerRecord(server.key(), List.of());
      search.found(record, Ipv4Address.of("8.0.9." + i, 1), internet.nowNanos);
    }
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(asked()).hasSize(DialSearch.PARALLEL);
    internet.runUntil(() -> attempts[0] > 0, 300, "nobody is left");
    assertThat(attempts[0]).isEqualTo(DialSearch.ATTEMPTS_MAX);
    assertThat(asked()).hasSize(DialSearch.ATTEMPTS_MAX);
  }

  /** Returns where the client sent its first message. */
  private Set<Ipv4Address> asked() {
    return internet.sent.stream()
        .filter(this::isFromClient)
        .map(SimulatedInternet.Packet::to)
        .collect(Collectors.toSet());
  }
}
