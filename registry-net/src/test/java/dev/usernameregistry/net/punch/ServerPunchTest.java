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

/** The server against a scripted client. */
class ServerPunchTest {
  private static final long SECOND = 1_000_000_000L;
  private static final byte[] SECRET = new byte[32];
  private static final Ipv4Address OWN = Ipv4Address.of("6.6.6.6", 666);
  private static final Ipv4Address CLIENT = Ipv4Address.of("5.5.5.5", 555);
  private static final Ipv4Address STRANGER = Ipv4Address.of("7.7.7.7", 777);
  private static final Ipv4Address RELAY = SimulatedAir.node(0);
  private static final Key TOKEN = Key.of(new byte[32]);

  private record Answered(int socket, PunchPayload payload) {}

  private final ScriptedNode node = ScriptedNode.knowing(4);
  private final PunchBox box = new PunchBox(SECRET, new SeededRandom(99));
  private final List<Answered> answers = new ArrayList<>();
  private final List<PunchFailure> failures = new ArrayList<>();
  private final PunchListener listener =
      new PunchListener() {
        @Override
        public void connected(int socket, Ipv4Address remote, long nowNanos) {
          throw new AssertionError("a server does not know");
        }

        @Override
        public void failed(PunchFailure reason, long nowNanos) {
          failures.add(reason);
        }
      };

  @Test
  void answersWhenItsNatIsKnownAndPunchesWhenTheClientDoes() {
    ServerPunch punch = start(false);
    receive(punch, client(0, false, NatKind.UNKNOWN, null, OWN));
    assertThat(answers).isEmpty();
    node.answerPings(1, OWN);
    PunchPayload first = answers.get(0).payload();
    assertThat(first.firewall()).isEqualTo(NatKind.CONSISTENT);
    assertThat(first.addresses()).containsExactly(OWN);
    assertThat(first.punching()).isFalse();
    assertThat(node.probes).as("fast open").hasSize(1);

    receive(punch, client(1, true, NatKind.CONSISTENT, first.token(), null, CLIENT, STRANGER));
    PunchPayload second = answers.get(1).payload();
    assertThat(second.punching()).isTrue();
    assertThat(second.remoteToken()).isEqualTo(TOKEN);
    node.probes.clear();
    runTo(punch, 20 * SECOND);
    assertThat(node.probes).filteredOn(probe -> probe.to().equals(CLIENT)).hasSize(10);
    assertThat(node.probes).filteredOn(probe -> probe.to().equals(STRANGER)).hasSize(2);
    assertEnded(punch, PunchFailure.NO_PROBE_ARRIVED);
  }

  @Test
  void tokensAreGivenAndTakenOnlyThroughOurOwnRelays() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.UNKNOWN, null, null), CLIENT, false);
    assertThat(answers.get(0).payload().token()).isNull();
    receive(punch, client(1, false, NatKind.UNKNOWN, null, null));
    Key token = answers.get(1).payload().token();
    receive(punch, client(2, true, NatKind.RANDOM, token, null, CLIENT.withPort(0)), CLIENT, false);
    assertThat(answers.get(2).payload().error()).isEqualTo(PunchPayload.ABORTED);
    assertEnded(punch, PunchFailure.REMOTE_NOT_PUNCHABLE);
  }

  @Test
  void tokenOfAnotherHostProvesNothing() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.UNKNOWN, null, null));
    Key token = answers.get(0).payload().token();
    PunchPayload offer = client(1, true, NatKind.RANDOM, token, null, STRANGER.withPort(0));
    node.probes.clear();
    receive(punch, offer, STRANGER, true);
    assertThat(node.probes).isEmpty();
    assertEnded(punch, PunchFailure.REMOTE_NOT_PUNCHABLE);
  }

  @Test
  void randomClientIsProbedOnManyPorts() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.UNKNOWN, null, null));
    Key token = answers.get(0).payload().token();
    receive(punch, client(1, true, NatKind.RANDOM, token, null, CLIENT.withPort(0)));
    runTo(punch, 60 * SECOND);
    assertThat(node.probes)
        .hasSize(RandomPortProbes.PROBES)
        .allMatch(probe -> probe.to().host() == CLIENT.host());
    assertEnded(punch, PunchFailure.NO_PROBE_ARRIVED);
  }

  @Test
  void busyServerSaysTryLater() {
    assertThat(node.budget.take(0)).isTrue();
    ServerPunch patient = start(true);
    node.answerPings(0, OWN);
    offerAsRandom(patient);
    assertThat(last().error()).isEqualTo(PunchPayload.TRY_LATER);
    assertThat(failures).isEmpty();
    runTo(patient, 44 * SECOND);
    assertThat(patient.isDone()).isFalse();
    runTo(patient, 60 * SECOND);
    assertThat(failures).containsExactly(PunchFailure.TIMED_OUT);

    failures.clear();
    ServerPunch hasty = startKnown();
    offerAsRandom(hasty);
    assertThat(last().error()).isEqualTo(PunchPayload.TRY_LATER);
    assertEnded(hasty, PunchFailure.LOCAL_BUSY);
  }

  @Test
  void olderRoundChangesNothingAndRepeatedRequestIsAnsweredAgain() {
    ServerPunch punch = startKnown();
    PunchPayload newer = client(5, false, NatKind.CONSISTENT, null, null, CLIENT);
    receive(punch, newer);
    receive(punch, client(4, true, NatKind.RANDOM, null, null, STRANGER));
    receive(punch, newer);
    assertThat(answers).hasSize(3).allMatch(answer -> answer.payload().round() == 5);
    assertThat(answers).noneMatch(answer -> answer.payload().punching());
    assertThat(failures).isEmpty();
  }

  @Test
  void repeatedRequestIsAnsweredOnceWhileItWaits() {
    ServerPunch punch = start(false);
    byte[] sealed = box.seal(client(0, false, NatKind.UNKNOWN, null, null));
    for (int i = 0; i < 3; i++) {
      receive(punch, sealed, CLIENT, true);
    }
    node.answerPings(1, OWN);
    assertThat(answers).hasSize(1);
  }

  @Test
  void onlyFourRequestsWaitUntilItsNatIsKnown() {
    ServerPunch punch = start(false);
    for (int i = 0; i < 20; i++) {
      receive(punch, client(i, false, NatKind.UNKNOWN, null, null));
    }
    node.answerPings(1, OWN);
    assertThat(answers).hasSize(4);
  }

  /** Else whoever asks again and again could have us probe a host that is not its own. */
  @Test
  void requestsThatNameAnAddressOfOursGetFewProbes() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.UNKNOWN, null, STRANGER));
    assertThat(node.probes).as("the way to somebody else is open").isEmpty();

    for (int i = 1; i < 100; i++) {
      receive(punch, client(i, false, NatKind.UNKNOWN, null, OWN));
    }

    assertThat(node.probes)
        .hasSize(RemotePeer.UNVERIFIED_PROBES_MAX)
        .allMatch(probe -> probe.to().equals(CLIENT));
  }

  @Test
  void whatWasToldOfItsNatStays() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.CONSISTENT, null, null, CLIENT));
    for (int i = 1; i < 4; i++) {
      byte[] sealed = box.seal(client(i, false, NatKind.CONSISTENT, null, null, CLIENT));
      Ipv4Address relay = Ipv4Address.of("8.8.8." + i, 8);
      receive(
          punch, new PunchRequest(sealed, CLIENT, relay, OWN.withPort(9), punch.socket(), false));
    }
    assertThat(answers)
        .hasSize(4)
        .allSatisfy(answer -> assertThat(answer.payload().addresses()).containsExactly(OWN));
  }

  @Test
  void garbageIsIgnoredAndAnAbortAborts() {
    ServerPunch punch = startKnown();
    receive(punch, new byte[70], CLIENT, true);
    byte[] foreign =
        new PunchBox(SimulatedPunch.wrongSecret(), new SeededRandom(1))
            .seal(client(0, true, NatKind.CONSISTENT, null, null, CLIENT));
    receive(punch, foreign, CLIENT, true);
    assertThat(answers).isEmpty();
    receive(punch, PunchPayload.failure(PunchPayload.ABORTED, 3));
    assertThat(last().error()).isEqualTo(PunchPayload.ABORTED);
    assertThat(answers.get(0).socket()).isEqualTo(PunchNode.REQUEST_SOCKET);
    assertEnded(punch, PunchFailure.REMOTE_ABORTED);
    receive(punch, client(4, true, NatKind.CONSISTENT, null, null, CLIENT));
    assertThat(answers).hasSize(1);
  }

  @Test
  void natThatStaysUnknownAborts() {
    ServerPunch punch = start(false);
    receive(punch, client(0, false, NatKind.CONSISTENT, null, null, CLIENT));
    for (int i = 0; i < 8; i++) {
      node.timeOutPings(i);
    }
    assertThat(last().error()).isEqualTo(PunchPayload.ABORTED);
    assertEnded(punch, PunchFailure.NAT_UNKNOWN);
  }

  /** The requests' own addresses decide what our NAT is, while a request waits for that. */
  @Test
  void requestThatEndsThePunchOpensNoOtherSocket() {
    ServerPunch punch = start(false);
    for (int i = 0; i < 8; i++) {
      byte[] sealed = box.seal(client(i, i < 3, NatKind.RANDOM, null, null, CLIENT.withPort(0)));
      Ipv4Address relay = Ipv4Address.of("8.8.8." + i, 8);
      receive(
          punch,
          new PunchRequest(sealed, CLIENT, relay, OWN.withPort(100 + i), punch.socket(), false));
    }
    assertThat(last().error()).isEqualTo(PunchPayload.ABORTED);
    assertEnded(punch, PunchFailure.DOUBLE_RANDOM);
    assertThat(punch.nextTimeoutNanos()).as("no timer is left").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void clientThatNeverPunchesIsGivenUp() {
    ServerPunch punch = startKnown();
    receive(punch, client(0, false, NatKind.CONSISTENT, null, null, CLIENT));
    runTo(punch, 11 * SECOND);
    assertEnded(punch, PunchFailure.TIMED_OUT);
  }

  @Test
  void probesOfTheClientAreAnsweredFromTheSocketTheyCameOn() {
    ServerPunch punch = startKnown();
    punch.probe(2, CLIENT.withPort(9), 1);
    punch.probe(2, STRANGER, 1);
    punch.probe(1, CLIENT, 1);
    assertThat(node.probes)
        .containsExactly(new ScriptedNode.Probed(2, CLIENT.withPort(9), PunchSockets.TTL));
    for (int i = 0; i < 10_000; i++) {
      punch.probe(2, CLIENT, 2);
    }
    assertThat(node.probes).hasSizeLessThan(3000);
  }

  @Test
  void streamKeepsItsSocketAndAllElseEnds() {
    ServerPunch punch = startKnown();
    punch.close(2, 5);
    assertThat(node.open).containsExactly(2);
    assertThat(punch.isDone()).isTrue();
    punch.probe(2, CLIENT, 6);
    punch.onTimeout(100 * SECOND);
    assertThat(failures).isEmpty();
    assertThat(node.probes).isEmpty();
  }

  private void offerAsRandom(ServerPunch punch) {
    receive(punch, client(0, false, NatKind.UNKNOWN, null, null));
    receive(punch, client(1, true, NatKind.RANDOM, last().token(), null, CLIENT.withPort(0)));
  }

  private PunchPayload last() {
    return answers.get(answers.size() - 1).payload();
  }

  private ServerPunch start(boolean patient) {
    node.open.clear();
    node.pings.clear();
    ServerPunch.Setup setup = new ServerPunch.Setup(SECRET, NatKind.UNKNOWN, CLIENT, patient);
    ServerPunch punch = new ServerPunch(node.context(5), setup, listener);
    punch.start(0);
    return punch;
  }

  private ServerPunch startKnown() {
    ServerPunch punch = start(false);
    node.answerPings(0, OWN);
    return punch;
  }

  private void receive(ServerPunch punch, PunchPayload payload) {
    receive(punch, payload, CLIENT, true);
  }

  private void receive(ServerPunch punch, PunchPayload payload, Ipv4Address peer, boolean own) {
    receive(punch, box.seal(payload), peer, own);
  }

  private void receive(ServerPunch punch, byte[] sealed, Ipv4Address peer, boolean own) {
    receive(punch, new PunchRequest(sealed, peer, RELAY, OWN.withPort(1), 1, own));
  }

  private void receive(ServerPunch punch, PunchRequest request) {
    punch.receive(
        request,
        (socket, payload) ->
            answers.add(new Answered(socket, Objects.requireNonNull(box.open(payload)))),
        0);
  }

  private static PunchPayload client(
      int round,
      boolean punching,
      NatKind kind,
      @Nullable Key remoteToken,
      @Nullable Ipv4Address remoteAddress,
      Ipv4Address... addresses) {
    return new PunchPayload(
        0,
        kind,
        round,
        false,
        punching,
        addresses.length == 0 ? null : List.of(addresses),
        remoteAddress,
        TOKEN,
        remoteToken);
  }

  private static void runTo(ServerPunch punch, long endNanos) {
    while (punch.nextTimeoutNanos() <= endNanos) {
      punch.onTimeout(punch.nextTimeoutNanos());
    }
  }

  private void assertEnded(ServerPunch punch, PunchFailure reason) {
    assertThat(failures).containsExactly(reason);
    assertThat(punch.isDone()).isTrue();
    assertThat(node.open).isEmpty();
  }
}
