package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the client asks the server, and what it makes of the answers. */
class ClientPunchQuestionsTest extends ClientPunchScene {
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
}
