package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.PeerRecord;
import org.junit.jupiter.api.Test;

/** Keys that are listened for, again and beside others. */
class ListeningTest {
  private static final long MINUTE_NANOS = 60 * SimulatedInternet.SECOND_NANOS;

  private final SimulatedDht dht = new SimulatedDht(5);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedPeer server = dht.reachable("server", "7.0.0.1");
  private final Key target = PeerRecord.target(server.key());

  private long forwards() {
    return dht.nodes.stream()
        .filter(node -> node.records.forward(target, internet.nowNanos).isPresent())
        .count();
  }

  @Test
  void aKeyThatIsListenedForAgainWhileItsAnnouncementsAreTakenAwayStaysAnnounced() {
    server.listen();
    dht.runUntilListening(server);
    Listening first = server.listening();
    int[] gone = new int[1];
    first.stop(nowNanos -> gone[0]++, internet.nowNanos);
    server.listen();
    assertThat(gone[0]).isEqualTo(1);
    internet.run(60 * MINUTE_NANOS);
    assertThat(forwards()).isPositive();

    server.listening().stop(nowNanos -> gone[0]++, internet.nowNanos);
    internet.runUntil(() -> gone[0] == 2, 60, "the announcements are gone");
    assertThat(forwards()).isZero();
    assertThat(first).isNotSameAs(server.listening());
  }

  /** Both keys belong to one machine, which remembers its handshakes together. */
  @Test
  void stoppingOneKeyEndsNoHandshakeOfAnother() {
    SimulatedPeer other = new SimulatedPeer("other", internet, server.machine);
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    server.listen();
    other.listen();
    dht.runUntilListening(server);
    dht.runUntilListening(other);
    client.dial(server);
    internet.runUntil(
        () -> server.machine.peering.statistics().handshakes() == 1, 60, "a handshake began");
    assertThat(server.accepted).isEmpty();
    other.listening().stop(nowNanos -> {}, internet.nowNanos);
    assertThat(server.machine.peering.statistics().handshakes()).isEqualTo(1);
    dht.runUntilConnected(client, server);
  }
}
