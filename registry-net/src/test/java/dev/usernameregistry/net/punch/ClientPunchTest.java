package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The client against a scripted server. */
class ClientPunchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final byte[] SECRET = new byte[32];
  private static final Ipv4Address OWN = Ipv4Address.of("5.5.5.5", 555);
  private static final Ipv4Address SERVER = Ipv4Address.of("6.6.6.6", 666);
  private static final Ipv4Address STRANGER = Ipv4Address.of("7.7.7.7", 777);
  private static final PunchRelay RELAY =
      new PunchRelay(SimulatedAir.node(0), Ipv4Address.of("6.6.6.6", 100));
  private static final Key TOKEN = Key.of(new byte[32]);

  private final ScriptedNode node = ScriptedNode.knowing(4);
  private final PunchBox box = new PunchBox(SECRET, new SeededRandom(99));
  private long nowNanos = 1;
  private final List<String> outcomes = new ArrayList<>();
  private final PunchListener listener =
      new PunchListener() {
        @Override
        public void connected(int socket, Ipv4Address remote, long nowNanos) {
          outcomes.add("connected " + socket + " " + remote);
        }

        @Override
        public void failed(PunchFailure reason, long nowNanos) {
          outcomes.add(reason.name());
        }
      };

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
  void serverThatDoesNotKnowItsNatGetsASecondChance() {
    ClientPunch punch = startKnown(OWN);
    answer(server(NatKind.UNKNOWN, false), SERVER);
    assertThat(node.asked).hasSize(1);
    runTo(punch, 2 * SECOND);
    assertThat(node.asked).hasSize(2);
    answer(server(NatKind.UNKNOWN, false), SERVER);
    runTo(punch, 4 * SECOND);
    assertThat(lastQuestion().error()).isEqualTo(PunchPayload.ABORTED);
    assertThat(outcomes).isEmpty();
    node.lastAsked().listener().failed(5 * SECOND);
    assertEnded(punch, PunchFailure.NAT_UNKNOWN);
  }

  @Test
  void serverThatGivesNoTokenIsAskedOnceMore() {
    startKnown(OWN);
    answer(
        new PunchPayload(0, NatKind.CONSISTENT, 0, false, false, List.of(SERVER), null, null, null),
        SERVER);
    assertThat(node.asked).hasSize(2);
    assertThat(lastQuestion().punching()).isFalse();
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertThat(lastQuestion().punching()).isTrue();
    assertThat(lastQuestion().remoteToken()).isEqualTo(TOKEN);
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
  void whatWasOfferedOfOurNatStays() {
    ClientPunch punch = start(true, RELAY.relayAddress());
    List<ScriptedNode.Pinged> pings = List.copyOf(node.pings);
    pings.subList(0, 3).forEach(ping -> ping.listener().answered(ping.node(), OWN, 1));
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertThat(lastQuestion().addresses()).containsExactly(OWN);
    pings.get(3).listener().answered(pings.get(3).node(), OWN.withPort(9), 2);
    answer(PunchPayload.failure(PunchPayload.TRY_LATER, 0), SERVER);
    int asked = node.asked.size();
    runTo(punch, 21 * SECOND);
    assertThat(node.asked).hasSize(asked + 1);
    assertThat(lastQuestion().addresses()).containsExactly(OWN);
  }

  @Test
  void ofTheServersRelaysOursIsAsked() {
    PunchRelay other = new PunchRelay(SimulatedAir.node(2), SERVER.withPort(102));
    ClientPunch.Setup setup =
        new ClientPunch.Setup(
            SECRET, NatKind.UNKNOWN, SERVER, RELAY.relayAddress(), List.of(other, RELAY), false);
    new ClientPunch(node.context(5), setup, listener).start(0);
    assertThat(node.lastAsked().question().relay()).isEqualTo(RELAY.relayAddress());
    assertThat(node.lastAsked().question().peerAddress()).isEqualTo(RELAY.peerAddress());
  }

  @Test
  void withoutAnswersFreshSocketsAreTriedThreeTimes() {
    ClientPunch punch = startAsked();
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    for (int i = 0; i < 8; i++) {
      node.timeOutPings(i);
    }
    assertThat(node.open).containsExactly(5);
    assertThat(lastQuestion().error()).isEqualTo(PunchPayload.ABORTED);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertEnded(punch, PunchFailure.NAT_UNKNOWN);
  }

  @Test
  void twoRandomSidesTryFreshSocketsAndFail() {
    ClientPunch punch = startRandom();
    answer(server(NatKind.RANDOM, false, SERVER.withPort(0)), SERVER);
    for (int i = 1; i <= 3; i++) {
      node.answerPings(i, OWN, OWN.withPort(2), OWN.withPort(3), OWN.withPort(4));
    }
    assertThat(lastQuestion().error()).isEqualTo(PunchPayload.ABORTED);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertEnded(punch, PunchFailure.DOUBLE_RANDOM);
  }

  @Test
  void freshSocketThatIsConsistentIsToldToTheServer() {
    ClientPunch punch = startRandom();
    answer(server(NatKind.RANDOM, false, SERVER.withPort(0)), SERVER);
    node.answerPings(2, OWN);
    PunchPayload again = lastQuestion();
    assertThat(again.punching()).isFalse();
    assertThat(again.firewall()).isEqualTo(NatKind.CONSISTENT);
    assertThat(node.lastAsked().question().socket()).isEqualTo(3);
    assertThat(punch.isDone()).isFalse();
  }

  @Test
  void answersThatAreNotThePeersOrAbortAreToldApart() {
    ClientPunch first = startKnown(OWN);
    node.lastAsked().listener().answered(OWN, SERVER, new byte[60], 1);
    assertEnded(first, PunchFailure.ANSWER_INVALID);

    ClientPunch second = startKnown(OWN);
    answer(PunchPayload.failure(PunchPayload.ABORTED, 0), SERVER);
    assertEnded(second, PunchFailure.REMOTE_ABORTED);

    ClientPunch third = startKnown(OWN);
    answer(PunchPayload.failure(PunchPayload.TRY_LATER, 0), SERVER);
    assertEnded(third, PunchFailure.REMOTE_BUSY);

    ClientPunch fourth = startKnown(OWN);
    node.lastAsked().listener().failed(4 * SECOND);
    assertEnded(fourth, PunchFailure.RELAY_SILENT);

    ClientPunch fifth = startKnown(OWN);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    assertEnded(fifth, PunchFailure.REMOTE_NOT_PUNCHING);
  }

  @Test
  void answersToEarlierQuestionsAreIgnored() {
    startKnown(OWN);
    ScriptedNode.Asked first = node.lastAsked();
    answer(server(NatKind.CONSISTENT, false, SERVER), SERVER);
    int asked = node.asked.size();
    byte[] late = box.seal(server(NatKind.UNKNOWN, false));
    first.listener().answered(OWN, SERVER, late, 2);
    first.listener().failed(3);
    assertThat(node.asked).hasSize(asked);
    assertThat(outcomes).isEmpty();
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

  @Test
  void serversNewAddressIsTakenFromOurRelayOnly() {
    Ipv4Address moved = SERVER.withPort(999);
    startKnown(OWN);
    answer(server(NatKind.CONSISTENT, false, moved), moved);
    assertThat(node.lastAsked().question().peerAddress()).isEqualTo(moved);
    assertThat(node.probes).contains(new ScriptedNode.Probed(2, moved, 5));

    ClientPunch other = start(false, SimulatedAir.node(3));
    node.answerPings(1, OWN);
    answer(server(NatKind.CONSISTENT, false, moved), moved);
    assertThat(node.lastAsked().question().peerAddress()).isEqualTo(SERVER);
    assertThat(node.lastAsked().question().relay()).isEqualTo(SimulatedAir.node(3));
    other.close(2);
  }

  @Test
  void nodeThatForgetsToCallBackDoesNotHoldThePunchForever() {
    ClientPunch punch = startAsked();
    runTo(punch, 200 * SECOND);
    assertEnded(punch, PunchFailure.TIMED_OUT);
  }

  private ClientPunch startAsked() {
    return start(false, RELAY.relayAddress());
  }

  private ClientPunch startKnown(Ipv4Address own) {
    ClientPunch punch = startAsked();
    node.answerPings(1, own);
    return punch;
  }

  private ClientPunch startRandom() {
    ClientPunch punch = startAsked();
    node.answerPings(1, OWN, OWN.withPort(2), OWN.withPort(3), OWN.withPort(4));
    return punch;
  }

  private ClientPunch start(boolean patient, Ipv4Address relay) {
    node.open.clear();
    outcomes.clear();
    ClientPunch.Setup setup =
        new ClientPunch.Setup(SECRET, NatKind.UNKNOWN, SERVER, relay, List.of(RELAY), patient);
    ClientPunch punch = new ClientPunch(node.context(5), setup, listener);
    punch.start(0);
    return punch;
  }

  private void answer(PunchPayload payload, Ipv4Address peerAddress) {
    node.lastAsked().listener().answered(OWN, peerAddress, box.seal(payload), nowNanos);
  }

  private PunchPayload lastQuestion() {
    return Objects.requireNonNull(box.open(node.lastAsked().question().payload()));
  }

  private static PunchPayload server(NatKind kind, boolean punching, Ipv4Address... addresses) {
    return answer(kind, punching, null, addresses);
  }

  private static PunchPayload echoing(PunchPayload offer, NatKind kind, Ipv4Address... addresses) {
    return answer(kind, true, offer.token(), addresses);
  }

  private static PunchPayload answer(
      NatKind kind, boolean punching, @Nullable Key remoteToken, Ipv4Address... addresses) {
    return new PunchPayload(
        0, kind, 0, false, punching, List.of(addresses), null, TOKEN, remoteToken);
  }

  private void runTo(ClientPunch punch, long endNanos) {
    while (punch.nextTimeoutNanos() <= endNanos) {
      punch.onTimeout(punch.nextTimeoutNanos());
    }
    nowNanos = endNanos;
  }

  private void assertEnded(ClientPunch punch, PunchFailure reason) {
    assertThat(outcomes).containsExactly(reason.name());
    assertThat(punch.isDone()).isTrue();
    assertThat(node.open).isEmpty();
  }
}
