package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import org.junit.jupiter.api.Test;

/** Where and when the client probes, with which sockets, and how that ends. */
class ClientPunchTest extends ClientPunchScene {
  @Test
  void consistentSidesProbeEachOtherTenTimesAndThenGiveUp() {
    ClientPunch punch = startKnown(OWN);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    PunchPayload offer = lastQuestion();
    assertThat(offer.punching()).isTrue();
    assertThat(offer.remoteToken()).isEqualTo(TOKEN);
    assertThat(offer.addresses()).containsExactly(OWN);

    node.probes.clear();
    answer(echoing(offer, NatKind.CONSISTENT, SERVER), SERVER);
    runTo(punch, 20 * SECOND);
    assertThat(node.probes).hasSize(10).allMatch(probe -> probe.to().equals(SERVER));
    assertEnded(punch, PunchFailure.NO_PROBE_ARRIVED);
  }

  @Test
  void addressesOfUnprovenHostsGetFewProbes() {
    ClientPunch punch = startKnown(OWN);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    PunchPayload offer = lastQuestion();
    Ipv4Address[] named = new Ipv4Address[150];
    for (int i = 0; i < named.length; i++) {
      named[i] = Ipv4Address.of("8.8.8." + i, 53);
    }
    node.probes.clear();
    answer(echoing(offer, NatKind.CONSISTENT, named), SERVER);
    runTo(punch, 20 * SECOND);
    assertThat(node.probes).hasSizeBetween(1, RemotePeer.UNVERIFIED_PROBES_MAX);
    assertEnded(punch, PunchFailure.NO_PROBE_ARRIVED);
  }

  @Test
  void randomServerIsProbedOnRandomPortsOfItsProvenHostOnly() {
    ClientPunch punch = startKnown(OWN);
    Ipv4Address host = SERVER.withPort(0);
    answer(server(NatKind.RANDOM, false, STRANGER.withPort(0), host), SERVER);
    node.probes.clear();
    answer(echoing(lastQuestion(), NatKind.RANDOM, STRANGER.withPort(0), host), SERVER);
    runTo(punch, 60 * SECOND);
    assertThat(node.probes)
        .hasSize(RandomPortProbes.PROBES)
        .allMatch(probe -> probe.to().host() == SERVER.host() && probe.to().port() >= 1000);
    assertEnded(punch, PunchFailure.NO_PROBE_ARRIVED);
  }

  @Test
  void randomServerWithoutProvenHostIsNotProbed() {
    ClientPunch punch = startKnown(OWN);
    answer(server(NatKind.RANDOM, false, SERVER.withPort(0)), SERVER);
    node.probes.clear();
    answer(server(NatKind.RANDOM, true, SERVER.withPort(0)), SERVER);
    assertThat(node.probes).isEmpty();
    assertEnded(punch, PunchFailure.REMOTE_NOT_PUNCHABLE);
  }

  @Test
  void randomClientOpensManySocketsAndClosesAllButTheOneThatWasReached() {
    ClientPunch punch = startRandom();
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    answer(echoing(lastQuestion(), NatKind.CONSISTENT, SERVER), SERVER);
    runTo(punch, 12 * SECOND);
    assertThat(node.open).hasSize(PunchSockets.COUNT_MAX);
    // one to open the way to the server, one of each new socket, and a whole lap
    int opening = 1 + 255 + 256;
    assertThat(node.probes).hasSizeGreaterThan(opening);
    for (int i = 0; i < node.probes.size(); i++) {
      assertThat(node.probes.get(i).ttl()).as("probe %s", i).isEqualTo(i < opening ? 5 : 64);
    }

    punch.probe(100, SERVER, 13 * SECOND);
    assertThat(outcomes).containsExactly("connected 100 " + SERVER);
    assertThat(node.open).containsExactly(100);
    assertThat(node.budget.take(14 * SECOND)).as("right after a random punch").isFalse();
    assertThat(node.budget.take(34 * SECOND)).isTrue();
  }

  @Test
  void onlyOneRandomPunchAtATime() {
    assertThat(node.budget.take(0)).isTrue();
    ClientPunch punch = startRandom();
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertEnded(punch, PunchFailure.LOCAL_BUSY);
  }

  @Test
  void patientClientWaitsForItsPlaceAndThenPunchesThroughTheServersRelay() {
    assertThat(node.budget.take(0)).isTrue();
    ClientPunch punch = start(true, RELAY.relayAddress());
    node.answerPings(1, OWN, OWN.withPort(2), OWN.withPort(3), OWN.withPort(4));
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    PunchPayload later = lastQuestion();
    assertThat(later.punching()).isFalse();
    answer(echoing(later, NatKind.CONSISTENT, SERVER), SERVER);
    node.budget.giveBack(false, 0);
    runTo(punch, 21 * SECOND);
    assertThat(lastQuestion().punching()).isTrue();
    assertThat(node.lastAsked().question().peerAddress()).isEqualTo(RELAY.peerAddress());

    answer(PunchPayload.failure(PunchPayload.TRY_LATER, 0), SERVER);
    assertThat(outcomes).isEmpty();
    int asked = node.asked.size();
    runTo(punch, 45 * SECOND);
    assertThat(node.asked).hasSize(asked + 1);
    answer(server(NatKind.CONSISTENT, true, SERVER), SERVER);
    runTo(punch, 46 * SECOND);
    assertThat(node.open).hasSize(PunchSockets.COUNT_MAX);
    punch.close(47 * SECOND);
    assertThat(node.open).isEmpty();
    assertThat(outcomes).isEmpty();
  }

  @Test
  void whileAServerIsBusyAnotherPunchMayHaveThePlace() {
    start(true, RELAY.relayAddress());
    node.answerPings(1, OWN, OWN.withPort(2), OWN.withPort(3), OWN.withPort(4));
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertThat(node.budget.take(2)).isFalse();
    answer(PunchPayload.failure(PunchPayload.TRY_LATER, 0), SERVER);
    assertThat(node.budget.take(3)).isTrue();
  }

  @Test
  void strangersProbeIsIgnoredAndThePeersConnectsAtAnyTime() {
    ClientPunch punch = startAsked();
    punch.probe(2, STRANGER, 1);
    punch.probe(77, SERVER, 1);
    assertThat(outcomes).isEmpty();
    punch.probe(2, SERVER.withPort(1), 2);
    assertThat(outcomes).containsExactly("connected 2 6.6.6.6:1");
    assertThat(node.open).containsExactly(2);
    node.answerPings(3, OWN);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    punch.probe(2, SERVER, 3);
    punch.onTimeout(100 * SECOND);
    assertThat(outcomes).hasSize(1);
    assertThat(punch.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }
}
