package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.RawRequests.Read;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.punch.HolepunchMessage;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does with messages that are not for itself, packet by packet. */
class RelayingTest {
  private static final Ipv4Address STRANGER = Ipv4Address.of("6.6.6.6", 666);
  private static final Ipv4Address OTHER = Ipv4Address.of("6.6.6.7", 777);
  private static final byte[] NOISE = new byte[150];
  private static final int TID = 4711;

  static {
    new Random(1).nextBytes(NOISE);
  }

  private final SimulatedDht dht = new SimulatedDht(2);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedPeer server = dht.reachable("server", "7.0.0.1");
  private Ipv4Address relay = STRANGER;
  private Ipv4Address bystander = STRANGER;
  private final Key target = PeerRecord.target(server.key());

  @BeforeEach
  void announce() {
    dht.listen(server);
    List<Ipv4Address> relays = server.listening().relayAddresses();
    relay = relays.get(1);
    bystander =
        dht.nodes.stream()
            .filter(node -> node.records.forward(target, internet.nowNanos).isEmpty())
            .findFirst()
            .orElseThrow()
            .address;
    internet.sent.clear();
  }

  @Test
  void clientsMessageIsPassedOnToTheServer() {
    send(relay, HandshakeMode.FROM_CLIENT, null, null);
    HandshakeMessage passed = passedTo(server.machine.address);
    assertThat(passed.mode()).isEqualTo(HandshakeMode.FROM_RELAY);
    assertThat(passed.noise()).isEqualTo(NOISE);
    assertThat(passed.peerAddress()).isEqualTo(STRANGER);
    assertThat(passed.relayAddress()).isNull();
  }

  @Test
  void clientMayNameTheRelayThatKnowsTheServer() {
    send(bystander, HandshakeMode.FROM_CLIENT, null, relay);
    HandshakeMessage passed = passedTo(server.machine.address);
    assertThat(passed.mode()).isEqualTo(HandshakeMode.FROM_SECOND_RELAY);
    assertThat(passed.peerAddress()).isEqualTo(STRANGER);
    assertThat(passed.relayAddress()).isEqualTo(bystander);
  }

  @Test
  void answerGoesBackToTheClientAsAReply() {
    send(relay, HandshakeMode.FROM_SERVER, OTHER, null);
    Read reply = only(OTHER);
    assertThat(reply.command()).isEqualTo(-1);
    assertThat(reply.tid()).isEqualTo(TID);
    HandshakeMessage message = HandshakeMessage.decode(Objects.requireNonNull(reply.value()));
    assertThat(message.mode()).isEqualTo(HandshakeMode.REPLY);
    assertThat(message.peerAddress()).isEqualTo(STRANGER);
  }

  @Test
  void withoutAWayTheClientGetsCloserNodes() {
    send(bystander, HandshakeMode.FROM_CLIENT, null, null);
    Read reply =
        RawRequests.sentTo(internet, STRANGER).stream()
            .filter(read -> read.command() == -1)
            .findFirst()
            .orElseThrow();
    assertThat(reply.tid()).isEqualTo(TID);
    assertThat(reply.value()).isNull();
    assertThat(reply.closerNodes()).isTrue();
  }

  @Test
  void whatNobodyCanUseIsIgnored() {
    send(bystander, HandshakeMode.FROM_RELAY, OTHER, null);
    send(relay, HandshakeMode.FROM_RELAY, null, null);
    send(relay, HandshakeMode.FROM_SERVER, null, null);
    send(relay, HandshakeMode.FROM_SERVER, Ipv4Address.of("6.6.6.7", 0), null);
    send(relay, HandshakeMode.FROM_SERVER, Ipv4Address.of("224.0.0.1", 80), null);
    send(relay, HandshakeMode.FROM_CLIENT, null, Ipv4Address.of("255.255.255.255", 80));
    send(relay, HandshakeMode.REPLY, OTHER, null);
    send(relay, HandshakeMode.FROM_SECOND_RELAY, OTHER, OTHER);
    internet.run(100_000_000L);
    assertThat(handshakesSent()).hasSize(8).allMatch(packet -> packet.from().equals(STRANGER));
  }

  @Test
  void punchMessagesArePassedOnAndBack() {
    punch(relay, HolepunchMessage.FROM_CLIENT, OTHER);
    HolepunchMessage there = HolepunchMessage.decode(Objects.requireNonNull(only(OTHER).value()));
    assertThat(there.mode()).isEqualTo(HolepunchMessage.FROM_RELAY);
    assertThat(there.id()).isEqualTo(5);
    assertThat(there.payload()).isEqualTo(NOISE);
    assertThat(there.peerAddress()).isEqualTo(STRANGER);

    internet.sent.clear();
    punch(relay, HolepunchMessage.FROM_SERVER, OTHER);
    Read reply = only(OTHER);
    assertThat(reply.command()).isEqualTo(-1);
    HolepunchMessage back = HolepunchMessage.decode(Objects.requireNonNull(reply.value()));
    assertThat(back.mode()).isEqualTo(HolepunchMessage.REPLY);
    assertThat(back.peerAddress()).isEqualTo(STRANGER);
  }

  @Test
  void punchMessageWithoutAnAddressGoesToWhereTheServerAnnouncedItself() {
    punch(relay, HolepunchMessage.FROM_CLIENT, null);
    List<Read> passed = RawRequests.sentTo(internet, server.machine.address);
    assertThat(passed).anyMatch(read -> read.command() == Peering.PEER_HOLEPUNCH);
    internet.sent.clear();
    punch(bystander, HolepunchMessage.FROM_CLIENT, null);
    assertThat(internet.sent).filteredOn(packet -> packet.from().equals(bystander)).isEmpty();
  }

  @Test
  void punchMessagesThatNobodyCanUseAreIgnored() {
    Ipv4Address nobody = Ipv4Address.of("224.0.0.1", 80);
    for (int mode = 0; mode < 6; mode++) {
      punch(relay, mode, nobody);
      punch(relay, mode, OTHER.withPort(0));
    }
    punch(relay, HolepunchMessage.FROM_SERVER, null);
    punch(relay, HolepunchMessage.FROM_RELAY, OTHER);
    punch(relay, HolepunchMessage.REPLY, OTHER);
    assertThat(handshakesSent()).hasSize(15).allMatch(packet -> packet.from().equals(STRANGER));
  }

  /** Whoever asked there lets in answers from there only. */
  @Test
  void punchMessagesLeaveFromTheSocketThatTheyCameTo() {
    SimulatedMachine machine = dht.nodes.get(1);
    Ipv4Address second = machine.address.withPort(machine.port(DhtNode.CLIENT_SOCKET));
    for (int mode : List.of(HolepunchMessage.FROM_CLIENT, HolepunchMessage.FROM_SERVER)) {
      internet.sent.clear();
      punch(second, mode, OTHER);
      assertThat(only(OTHER).packet().from()).isEqualTo(second);
    }
  }

  private void send(
      Ipv4Address to,
      HandshakeMode mode,
      @Nullable Ipv4Address peer,
      @Nullable Ipv4Address through) {
    HandshakeMessage message = new HandshakeMessage(mode, NOISE, peer, through);
    internet.inject(RawRequests.handshake(STRANGER, to, TID, target, message));
    internet.run(200_000_000L);
  }

  private void punch(Ipv4Address to, int mode, @Nullable Ipv4Address peer) {
    byte[] value = new HolepunchMessage(mode, 5, NOISE, peer).encode();
    internet.inject(RawRequests.request(STRANGER, to, TID, Peering.PEER_HOLEPUNCH, target, value));
    internet.run(200_000_000L);
  }

  private HandshakeMessage passedTo(Ipv4Address to) {
    List<Read> passed =
        RawRequests.sentTo(internet, to).stream()
            .filter(read -> read.command() == Peering.PEER_HANDSHAKE)
            .toList();
    assertThat(passed).hasSize(1);
    assertThat(passed.get(0).tid()).isEqualTo(TID);
    return HandshakeMessage.decode(Objects.requireNonNull(passed.get(0).value()));
  }

  private Read only(Ipv4Address to) {
    List<Read> read = RawRequests.sentTo(internet, to);
    assertThat(read).hasSize(1);
    return read.get(0);
  }

  private List<SimulatedInternet.Packet> handshakesSent() {
    return internet.sent.stream().filter(packet -> indexOf(packet.bytes(), NOISE) >= 0).toList();
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }
}
