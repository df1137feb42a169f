package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dials that are withdrawn because the peer dialled us too, in a simulated internet. */
class WithdrawnDialTest {
  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedInternet internet = dht.internet;

  /** The server reaches the client, so it has a stream as soon as it has the first message. */
  @Test
  void withdrawnDialEndsTheStreamThatTheServerTook() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    dht.listen(server);
    int taken = 0;
    for (int millis = 0; millis < 500; millis += 7) {
      SimulatedPeer client = dht.reachable("client" + millis, "7.0.1." + (1 + millis / 7));
      server.accepted.clear();
      client.dial(server);
      internet.run(millis * 1_000_000L);
      client.dial().withdraw(internet.nowNanos);
      internet.run(3 * SimulatedInternet.SECOND_NANOS);
      if (!client.connected.isEmpty()) {
        assertThat(client.failures).as("it was connected before").isEmpty();
        break;
      }
      assertThat(client.failures).as("%d ms", millis).containsExactly(DialFailure.OVERTAKEN);
      for (Peered peered : server.accepted) {
        assertThat(server.stream(peered).endedByPeer).as("%d ms", millis).isTrue();
        taken++;
      }
      assertThat(client.machine.streams.unconnected()).isZero();
      assertThat(client.machine.peering.statistics().dials()).isZero();
    }
    assertThat(taken).as("streams that the server took").isGreaterThan(5);
  }

  @Test
  void withdrawnDialWaitsOneSecondForAnAnswerAndTellsThePeerStillAfterThat() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    long start = internet.nowNanos;
    internet.drops =
        packet ->
            internet.nowNanos - start < 2_500_000_000L
                && packet.to().equals(server.machine.address);
    client.dial(server);
    internet.run(100_000_000L);
    client.dial().withdraw(internet.nowNanos);
    internet.run(990_000_000L);
    assertThat(client.failures).isEmpty();
    internet.run(20_000_000L);
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    internet.runUntil(() -> !server.accepted.isEmpty(), 8, "the handshake arrives late");
    internet.runUntil(() -> server.stream(server.accepted.get(0)).endedByPeer, 1, "it is ended");
    assertThat(client.failures).hasSize(1);
    dht.assertNothingLeft(client, server);
  }

  /** A first message that came once the peer uses its own connection would have it end that. */
  @Test
  void withdrawnDialSendsItsFirstMessageToNobodyElse() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    List<Ipv4Address> told = List.of(Ipv4Address.of("8.0.9.1", 1), server.machine.address);
    internet.drops = packet -> packet.from().equals(client.machine.address);
    client.dial(server.key(), told, DialOptions.DEFAULT);
    internet.run(100_000_000L);
    internet.drops = packet -> false;

    client.dial().withdraw(internet.nowNanos);
    internet.run(Dial.WITHDRAWAL_NANOS);
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    internet.run(Dial.REGRETS_NANOS);
    assertThat(server.accepted).isEmpty();
    dht.assertNothingLeft(client, server);
  }

  @Test
  void dialThatWasWithdrawnBeforeItAskedAnybodyFailsAtOnce() {
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    client.dial(server);
    client.dial().withdraw(internet.nowNanos);
    client.dial().withdraw(internet.nowNanos);
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    assertThat(client.machine.peering.statistics().dials()).isZero();
    assertThat(client.machine.streams.unconnected()).isZero();
  }

  /** The node that was asked, and keeps the answer, may be late; but not for ever. */
  @Test
  void withdrawnDialThatNobodyAnswersIsForgotten() {
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    Ipv4Address dead = Ipv4Address.of("8.0.9.1", 1);
    client.dial(client.keyPair.publicKey(), List.of(dead), DialOptions.DEFAULT);
    client.dial().withdraw(internet.nowNanos);
    internet.run(Dial.WITHDRAWAL_NANOS + Dial.REGRETS_NANOS + 1);
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    assertThat(client.machine.peering.statistics().dials()).isZero();
    assertThat(client.machine.streams.unconnected()).isZero();
  }

  @Test
  void withdrawnDialDoesNotPunch() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.behindNat("client", "9.0.0.2");
    dht.listen(server);
    client.dial(server);
    internet.runUntil(() -> client.machine.ports.size() == 3, 5, "a socket for the punch");
    client.dial().withdraw(internet.nowNanos);
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(client.machine.ports).hasSize(2);
    assertThat(client.connected).isEmpty();
    dht.assertNothingLeft(client, server);
  }

  /** The server is not reached before it comes to us; by then it may take us for connected. */
  @Test
  void withdrawnDialTellsAServerThatComesToIt() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    internet.drops =
        packet ->
            packet.from().host() == server.publicHost()
                && packet.to().equals(client.machine.address);
    client.dial(server);
    internet.run(700_000_000L);
    client.dial().withdraw(internet.nowNanos);
    internet.run(100_000_000L);
    assertThat(client.failures).as("the server has not come").isEmpty();

    internet.drops = packet -> false;
    internet.runUntil(() -> !server.accepted.isEmpty(), 5, "the server comes");
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(server.stream(server.accepted.get(0)).endedByPeer).isTrue();
    assertThat(client.failures).containsExactly(DialFailure.OVERTAKEN);
    dht.assertNothingLeft(client, server);
  }

  @Test
  void withdrawnDialMeetsNobodyAtABlindRelay() {
    SimulatedPeer server = dht.behindNat("server", "9.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    dht.listen(server);
    internet.drops =
        packet -> packet.from().host() == server.publicHost() && packet.bytes()[0] == (byte) 0xff;
    client.dial(server.key(), List.of(), BlindRelayScene.THROUGH_RELAY);
    internet.runUntil(
        () -> !client.machine.relays.connections.isEmpty(), 5, "the relay is asked for");
    client.dial().withdraw(internet.nowNanos);
    assertThat(BlindRelayScene.connection(client).closed).isTrue();
  }
}
