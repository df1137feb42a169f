package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.SimulatedInternet.Packet;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchPayload;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a server makes of the punch messages of a client that the test plays. */
class PunchMessagesTest extends PunchMessagesScene {
  @Test
  void anAnswerLeavesFromThePunchAndNamesTheNatAndATokenForTheClientsHost() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    HolepunchMessage answer = Objects.requireNonNull(client.ask(client.probing()));
    assertThat(answer.mode()).isEqualTo(HolepunchMessage.REPLY);
    assertThat(answer.peerAddress()).isEqualTo(client.answeredFrom);
    PunchPayload payload = client.opened(answer);
    assertThat(payload.error()).isEqualTo(PunchPayload.NONE);
    assertThat(payload.firewall()).isEqualTo(NatKind.CONSISTENT);
    assertThat(payload.addresses()).containsExactly(client.answeredFrom);
    assertThat(payload.token()).isNotNull();
  }

  @Test
  void theLastWordOfAPunchLeavesFromTheNodesOwnSocket() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    PunchPayload abort = client.payload(PunchPayload.ABORTED, false, null);
    HolepunchMessage answer = Objects.requireNonNull(client.ask(abort));
    assertThat(answer.peerAddress())
        .isEqualTo(client.holepunch.relays().get(0).peerAddress())
        .isNotEqualTo(client.answeredFrom);
    assertThat(client.opened(answer).error()).isEqualTo(PunchPayload.ABORTED);
    assertThat(ports()).isEqualTo(2);
    assertThat(client.ask(client.probing())).as("nothing is left that answers").isNull();
  }

  /** Who is no relay of ours could have the client's word on its host from anywhere. */
  @Test
  void whoIsNoRelayOfOursIsAnsweredWithoutAToken() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    List<RawRequests.Read> answers = client.bring(CLIENT, target());
    assertThat(answers).hasSize(1);
    HolepunchMessage answer =
        HolepunchMessage.decode(Objects.requireNonNull(answers.get(0).value()));
    assertThat(answer.mode()).isEqualTo(HolepunchMessage.FROM_SERVER);
    assertThat(answer.peerAddress()).isEqualTo(CLIENT);
    assertThat(client.opened(answer).error()).isEqualTo(PunchPayload.NONE);
    assertThat(client.opened(answer).token()).isNull();
  }

  @Test
  void aMessageFromAnAddressThatNobodyHasIsNotAnswered() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    assertThat(client.bring(Ipv4Address.of("224.0.0.1", 80), target())).isEmpty();
    assertThat(client.bring(CLIENT.withPort(0), target())).isEmpty();
    assertThat(client.bring(CLIENT, target())).hasSize(1);
  }

  @Test
  void eachHandshakeHasAPunchOfItsOwn() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client first = new Client(CLIENT, List.of());
    Client second = new Client(CLIENT.withPort(8), List.of());
    assertThat(first.answeredFrom).isNotEqualTo(second.answeredFrom);
    for (Client each : List.of(first, second)) {
      HolepunchMessage answer = Objects.requireNonNull(each.ask(each.probing()));
      assertThat(answer.peerAddress()).isEqualTo(each.answeredFrom);
      assertThat(each.opened(answer).error()).isEqualTo(PunchPayload.NONE);
    }
  }

  /** Each of these comes a fifth of a second after the one before. */
  @Test
  void aHostThatAsksForPunchesTooFastIsAnsweredWithoutOne() {
    listenBehindNat(ListenOptions.DEFAULT);
    int punches = 0;
    Client last = new Client(CLIENT, List.of());
    while (ports() == 3 + punches && punches < 30) {
      punches++;
      last = new Client(CLIENT.withPort(100 + punches), List.of());
    }
    assertThat(punches).isBetween(8, 15);
    assertThat(last.answeredFrom).isEqualTo(last.holepunch.relays().get(0).peerAddress());
    assertThat(last.ask(last.probing())).isNull();
    new Client(STRANGER, List.of());
    assertThat(ports()).as("another host").isEqualTo(3 + punches);
  }

  /** There is one place for punches through random NATs, and who has a relay may try again. */
  @Test
  void aSecondRandomPunchWaitsForItsTurnOnlyIfThereIsABlindRelayMeanwhile() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client first = new Client(CLIENT, List.of());
    assertThat(offer(first).error()).isEqualTo(PunchPayload.NONE);
    assertThat(offer(new Client(CLIENT.withPort(8), List.of())).error())
        .isEqualTo(PunchPayload.TRY_LATER);
    assertThat(ports()).as("the second one has ended").isEqualTo(3);
    server().listening().stop(nowNanos -> {}, internet.nowNanos);

    listen(server(), PROPOSING);
    first = new Client(CLIENT, List.of());
    offer(first);
    assertThat(offer(new Client(CLIENT.withPort(8), List.of())).error())
        .isEqualTo(PunchPayload.TRY_LATER);
    assertThat(ports()).as("both are there").isEqualTo(4);
  }

  /** Both keys belong to one machine, which numbers its handshakes together. */
  @Test
  void aHandshakeIsNotPunchedForUnderAnotherKey() {
    listenBehindNat(ListenOptions.DEFAULT);
    SimulatedPeer other = new SimulatedPeer("other", internet, server().machine);
    listen(other, ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    assertThat(client.bring(CLIENT, PeerRecord.target(other.key()))).isEmpty();
    assertThat(client.bring(CLIENT, target())).hasSize(1);
  }

  @Test
  void aProbeThatComesBeforeTheFirstMessageIsAnsweredIfItIsFromTheClientsHost() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = new Client(CLIENT, List.of());
    int socket = newest();
    internet.sent.clear();
    for (Ipv4Address from : List.of(STRANGER, client.relay, CLIENT.withPort(8))) {
      internet.inject(new Packet(from, letIn(from, socket), new byte[1]));
    }
    internet.run(SECOND_NANOS / 5);
    assertThat(internet.sent)
        .filteredOn(packet -> packet.from().equals(client.answeredFrom))
        .filteredOn(packet -> packet.bytes().length == 1)
        .extracting(Packet::to)
        .containsExactly(CLIENT.withPort(8));
  }

  @Test
  void aPeerThatMayBeInOurNetworkHasItsPunchWhenItAsksForOne() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = near();
    PunchPayload payload = client.opened(client.ask(client.probing()));
    assertThat(payload.error()).isEqualTo(PunchPayload.NONE);
    assertThat(ports()).isEqualTo(3);
    client.ask(client.payload(PunchPayload.ABORTED, false, null));
    assertThat(ports()).as("the punch is over").isEqualTo(2);
    assertThat(client.ask(client.probing())).as("it had one").isNull();
    assertThat(ports()).isEqualTo(2);
  }

  @Test
  void aServerThatDoesNotPunchIsNotMadeToByAMessage() {
    listenBehindNat(NO_PUNCH);
    Client client = near();
    assertThat(client.ask(client.probing())).isNull();
    assertThat(ports()).isEqualTo(2);
  }

  @Test
  void aPeerThatIsConnectedHasNoPunchAnyMore() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = near();
    stream().hook.from(DhtNode.SERVER_SOCKET, LIKE_THE_SERVERS, internet.nowNanos);
    assertThat(server().accepted).hasSize(1);
    assertThat(client.ask(client.probing())).isNull();
    assertThat(ports()).isEqualTo(2);
  }

  /** It goes on beside the relay after our patience has ended, and after the memory would have. */
  @Test
  void aPeerThatIsRelayedMayStillPunchUntilOurPatienceEnds() {
    listenBehindNat(PROPOSING);
    Client client = near();
    pair();
    internet.run(9 * SECOND_NANOS);
    assertThat(client.opened(client.ask(client.probing())).error()).isEqualTo(PunchPayload.NONE);
    assertThat(ports()).isEqualTo(3);
    internet.run(7 * SECOND_NANOS);
    assertThat(ports()).as("a punch under way may take longer").isEqualTo(3);
  }

  @Test
  void aPeerThatIsRelayedDoesNotPunchOnceOurPatienceHasEnded() {
    listenBehindNat(PROPOSING);
    Client client = near();
    pair();
    internet.run(11 * SECOND_NANOS);
    assertThat(client.ask(client.probing())).isNull();
    assertThat(ports()).isEqualTo(2);
    internet.run(10 * SECOND_NANOS);
    assertThat(server().machine.peering.statistics().handshakes()).as("forgotten").isZero();
  }

  @Test
  void aPunchUnderWayMayTakeLongerThanOurPatience() {
    listenBehindNat(ListenOptions.DEFAULT);
    offer(new Client(CLIENT, List.of()));
    internet.run(15 * SECOND_NANOS);
    assertThat(ports()).isEqualTo(3);
    assertThat(server().machine.streams.unconnected()).isEqualTo(1);
  }

  @Test
  void aMeetingAtARelayMayTakeLongerThanOurPatience() {
    listenBehindNat(NO_PUNCH.relayThrough(PROPOSING.relayThrough()));
    new Client(CLIENT, List.of());
    internet.run(14 * SECOND_NANOS);
    pair();
  }

  @Test
  void aRepeatedFirstMessageIsAnsweredFromTheSameSocketAfterAPunchToo() {
    listenBehindNat(ListenOptions.DEFAULT);
    Client client = near();
    client.ask(client.probing());
    assertThat(ports()).isEqualTo(3);
    assertThat(client.begin()).isEqualTo(client.answeredFrom);
  }

  /** The nodes of the DHT are silent, so all that the server knows is what these relays see. */
  @Test
  void whatComesToThePunchShowsItsNat() {
    listenBehindNat(ListenOptions.DEFAULT);
    int host = server().publicHost();
    internet.drops = packet -> packet.bytes()[0] == 0x13 && packet.to().host() == host;
    Client client = new Client(CLIENT, List.of());
    int socket = newest();
    for (int port = 1; port < 5; port++) {
      client.bring(
          STRANGER.withPort(port), letIn(STRANGER.withPort(port), socket), CLIENT, target());
    }
    internet.run(SECOND_NANOS);
    PunchPayload answer = client.opened(HolepunchMessage.decode(last(STRANGER.withPort(4))));
    assertThat(answer.firewall()).isEqualTo(NatKind.CONSISTENT);
    assertThat(answer.addresses()).containsExactly(client.answeredFrom);
  }
}
