package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.Budget.Rate;
import dev.usernameregistry.net.peering.ServerHandshake.Origin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What strangers may have us do: at once, and each second after that. */
class AdmissionTest {
  private static final Ipv4Address HERE = Ipv4Address.of("7.0.0.1", 1);
  private static final int RELAY = 0x01010101;

  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedMachine machine = dht.reachable("server", "7.0.0.1").machine;
  private long nowNanos;

  private Admission admission() {
    return new Admission(machine.context(new Alarms(), new Punches()));
  }

  @Test
  void handshakesAreLimited() {
    assertLimits(admission()::mayBegin, new Rate(128, 16), new Rate(256, 32), new Rate(512, 64));
  }

  @Test
  void punchesAreLimited() {
    assertLimits(admission()::mayPunch, new Rate(8, 2), new Rate(32, 8), new Rate(64, 16));
  }

  @Test
  void meetingsAtOurOwnRelayAreLimited() {
    assertLimits(admission()::mayPropose, new Rate(8, 2), new Rate(32, 8), new Rate(64, 16));
  }

  @Test
  void meetingsAtRelaysOfThePeersChoiceAreLimited() {
    assertLimits(admission()::mayMeet, new Rate(2, 1), new Rate(4, 2), new Rate(16, 4));
  }

  private void assertLimits(BiPredicate<Origin, Long> take, Rate client, Rate relay, Rate all) {
    assertRate(take, i -> direct(1), client);
    assertRate(take, i -> relayed(RELAY, 1), client);
    assertRate(take, i -> relayed(RELAY, 1 + i), relay);
    assertRate(take, i -> direct(1 + i), all);
    assertRate(take, i -> relayed(RELAY + i, 1 + i), all);
  }

  private void assertRate(
      BiPredicate<Origin, Long> take, IntFunction<Origin> origins, Rate expected) {
    nowNanos += 1000 * SimulatedInternet.SECOND_NANOS;
    assertThat(taken(take, origins)).as("at once").isEqualTo(expected.burst());
    nowNanos += SimulatedInternet.SECOND_NANOS;
    assertThat(taken(take, origins)).as("a second later").isEqualTo(expected.perSecond());
  }

  private int taken(BiPredicate<Origin, Long> take, IntFunction<Origin> origins) {
    int taken = 0;
    for (int i = 0; i < 1000; i++) {
      taken += take.test(origins.apply(i), nowNanos) ? 1 : 0;
    }
    return taken;
  }

  /** One that lies about who is behind it spoils only what comes through it. */
  @Test
  void whatOneRelaySaysOfAClientIsNotCountedForItElsewhere() {
    Admission admission = admission();
    while (admission.mayBegin(relayed(RELAY, 1), 0)) {}
    assertThat(admission.mayBegin(relayed(RELAY + 1, 1), 0)).as("another relay").isTrue();
    assertThat(admission.mayBegin(direct(1), 0)).as("itself").isTrue();
    assertThat(admission.mayBegin(relayed(RELAY, RELAY), 0)).as("another client").isTrue();
    assertThat(admission.refusedCount()).isEqualTo(1);
  }

  /** First the busiest sender is looked for, then the busiest of its clients, then the oldest. */
  @Test
  void whoGivesWayIsTheOldestOfWhoHoldsTheMost() {
    PeeringContext context = machine.context(new Alarms(), new Punches());
    HalfOpen halfOpen = context.halfOpen();
    SimulatedPeer peer = dht.reachable("peer", "7.0.0.2");
    peer.listen();
    List<Origin> origins = new ArrayList<>();
    origins.addAll(Collections.nCopies(6, direct(9))); // the busiest client, not the busiest sender
    origins.add(relayed(RELAY, 1));
    origins.add(relayed(RELAY, 2));
    origins.addAll(Collections.nCopies(5, relayed(RELAY, 3)));
    for (int id = 0; id < origins.size(); id++) {
      byte[] name = new byte[Key.BYTES];
      name[0] = (byte) (7 - 37 * id); // so that they are not in order by themselves
      halfOpen.add(
          new ServerHandshake(context, peer.listening(), Key.of(name), id, origins.get(id)));
    }
    assertThat(HalfOpen.victim(halfOpen.all()).id()).isEqualTo(8);
    for (ServerHandshake handshake : halfOpen.all()) {
      assertThat(halfOpen.get(handshake.id())).isSameAs(handshake);
      halfOpen.remove(handshake);
      assertThat(halfOpen.get(handshake.id())).as("no id is kept").isNull();
    }
    assertThat(halfOpen.size()).isZero();
  }

  private static Origin direct(int host) {
    Ipv4Address client = new Ipv4Address(host, 1);
    return new Origin(client, client, HERE, 0, true);
  }

  private static Origin relayed(int relay, int client) {
    return new Origin(new Ipv4Address(relay, 1), new Ipv4Address(client, 1), HERE, 0, false);
  }
}
