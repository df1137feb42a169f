package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loss, doubles, silence and machines that are switched off: a dial ends, and leaves nothing. */
class BadNetworkTest {
  private static final int RUNS = 12;

  /** Who can reach whom. */
  enum Scene {
    BOTH_REACHABLE,
    SERVER_REACHABLE,
    CLIENT_REACHABLE,
    ONE_NETWORK,
    BOTH_NATTED;

    SimulatedPeer server(SimulatedDht dht, SimulatedLan first) {
      return this == BOTH_REACHABLE || this == SERVER_REACHABLE
          ? dht.reachable("server", "7.0.0.1")
          : dht.behind(first, "server", "192.168.1.2");
    }

    SimulatedPeer client(SimulatedDht dht, SimulatedLan first, SimulatedLan second) {
      return switch (this) {
        case BOTH_REACHABLE, CLIENT_REACHABLE -> dht.reachable("client", "7.0.0.2");
        case ONE_NETWORK -> dht.behind(first, "client", "192.168.1.3");
        default -> dht.behind(second, "client", "192.168.1.3");
      };
    }
  }

  /** One packet in ten is lost and one in five arrives twice. */
  @ParameterizedTest
  @EnumSource(Scene.class)
  void lossAndDoublesDelayConnectionsButEndNone(Scene scene) {
    int connected = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      SimulatedDht dht = new SimulatedDht(seed);
      SimulatedLan first = lan("9.0.0.1", seed);
      SimulatedPeer server = scene.server(dht, first);
      SimulatedPeer client = scene.client(dht, first, lan("9.0.0.2", seed));
      dht.listen(server);
      dht.internet.lossRate = 0.1;
      dht.internet.doubleRate = 0.2;
      client.dial(server);
      dht.internet.run(90 * SimulatedInternet.SECOND_NANOS);
      assertThat(client.connected.size() + client.failures.size()).as("seed " + seed).isOne();
      if (!client.connected.isEmpty()) {
        Peered peered = client.connected.get(0);
        assertThat(server.accepted).as("seed " + seed).anyMatch(theirs -> same(theirs, peered));
        connected++;
      }
      assertThat(client.machine.streams.unconnected()).as("seed " + seed).isZero();
      assertThat(server.machine.streams.unconnected()).as("seed " + seed).isZero();
      assertThat(server.machine.peering.statistics().handshakes()).as("seed " + seed).isZero();
    }
    assertThat(connected).isGreaterThanOrEqualTo(RUNS - 1);
  }

  private static boolean same(Peered theirs, Peered ours) {
    return Arrays.equals(theirs.keys().handshakeHash(), ours.keys().handshakeHash());
  }

  /** Whatever is lost from some moment on, nothing waits for ever. */
  @ParameterizedTest
  @EnumSource(Scene.class)
  void dialIntoSilenceEnds(Scene scene) {
    for (int millis = 0; millis < 600; millis += 75) {
      SimulatedDht dht = new SimulatedDht(5);
      SimulatedLan first = lan("9.0.0.1", 1);
      SimulatedPeer server = scene.server(dht, first);
      SimulatedPeer client = scene.client(dht, first, lan("9.0.0.2", 2));
      dht.listen(server);
      client.dial(server);
      dht.internet.run(millis * 1_000_000L);
      dht.internet.drops = packet -> true;
      dht.internet.run(90 * SimulatedInternet.SECOND_NANOS);
      assertThat(client.connected.size() + client.failures.size())
          .as(scene + " silent after " + millis + " ms")
          .isOne();
      assertThat(client.machine.streams.unconnected()).isZero();
      assertThat(server.machine.streams.unconnected()).isZero();
      assertThat(client.machine.peering.statistics().dials()).isZero();
      assertThat(server.machine.peering.statistics().handshakes()).isZero();
    }
  }

  @Test
  void serverThatWasRestartedIsFoundAgain() {
    SimulatedDht dht = new SimulatedDht(6);
    SimulatedPeer before = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(before);
    client.dial(before);
    dht.runUntilConnected(client, before);
    dht.internet.remove(before.machine);
    dht.internet.run(5 * SimulatedInternet.SECOND_NANOS);

    SimulatedPeer after = dht.reachable("server", "7.0.0.3");
    assertThat(after.key()).isEqualTo(before.key());
    dht.listen(after);
    client.connected.clear();
    client.dial(after);
    dht.runUntilConnected(client, after);
    assertThat(client.connected.get(0).remote()).isEqualTo(after.machine.address);
  }

  @Test
  void relaysThatAreGoneAreNotNeeded() {
    SimulatedDht dht = new SimulatedDht(7);
    SimulatedPeer server = dht.behind(lan("9.0.0.1", 1), "server", "192.168.1.2");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    List<Ipv4Address> old = List.of(Ipv4Address.of("6.6.6.6", 1), Ipv4Address.of("6.6.6.6", 2));
    client.dial(server.key(), old, DialOptions.DEFAULT);
    dht.runUntilConnected(client, server);
  }

  @Test
  void peerThatIsGoneIsFoundToBeGone() {
    SimulatedDht dht = new SimulatedDht(8);
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    dht.internet.remove(server.machine);
    client.dial(server);
    dht.internet.runUntil(() -> !client.failures.isEmpty(), 60, "a failure");
    assertThat(client.failures).containsExactly(DialFailure.PEER_CONNECTION_FAILED);
  }

  private static SimulatedLan lan(String publicHost, long seed) {
    return new SimulatedLan(publicHost, Mapping.CONSISTENT, seed);
  }
}
