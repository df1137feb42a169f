package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.RawRequests.Read;
import dev.usernameregistry.net.peering.SimulatedInternet.Packet;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.PunchNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a punch has its node send, packet by packet, and what it hears of the answers. */
class PunchPortTest {
  private static final Ipv4Address RELAY = Ipv4Address.of("6.6.6.6", 666);
  private static final Ipv4Address SERVER = Ipv4Address.of("9.0.0.1", 77);
  private static final long HANDSHAKE = 7;
  private static final Key TARGET = Key.of(new byte[Key.BYTES]);
  private static final byte[] QUESTION = {1, 2, 3};
  private static final byte[] ANSWER = {4, 5};

  private final SimulatedDht dht = new SimulatedDht(1);
  private final SimulatedInternet internet = dht.internet;
  private final SimulatedMachine machine = dht.behindNat("client", "9.0.0.2").machine;
  private final PunchPort port = new PunchPort(machine.node, TARGET, HANDSHAKE);
  private final List<Read> requests = new ArrayList<>();

  /** What was heard: addresses, payloads and the word "failed". */
  private final List<Object> heard = new ArrayList<>();

  /** What the relay answers, or null if it is silent. */
  private byte @Nullable [] value;

  private int socket;

  @BeforeEach
  void open() {
    internet.plug(RELAY, (at, from, bytes) -> receive(from, bytes));
    socket = port.openSocket();
    internet.run(1);
    assertThat(socket).isGreaterThan(DhtNode.CLIENT_SOCKET);
  }

  private void receive(Ipv4Address from, byte[] bytes) {
    Read request = RawRequests.readRequest(new Packet(from, RELAY, bytes));
    requests.add(request);
    if (value != null) {
      internet.inject(RawRequests.reply(RELAY, request, value));
    }
  }

  @Test
  void aQuestionSaysForWhichHandshakeItIsAndWhereItGoes() {
    value = answer(HolepunchMessage.REPLY, SERVER.withPort(78));
    ask();
    assertThat(requests).hasSize(1);
    Read request = requests.get(0);
    assertThat(request.command()).isEqualTo(Peering.PEER_HOLEPUNCH);
    assertThat(request.packet().from()).as("from the punch's socket").isEqualTo(outside());
    HolepunchMessage message = HolepunchMessage.decode(Objects.requireNonNull(request.value()));
    assertThat(message.mode()).isEqualTo(HolepunchMessage.FROM_CLIENT);
    assertThat(message.id()).isEqualTo(HANDSHAKE);
    assertThat(message.payload()).isEqualTo(QUESTION);
    assertThat(message.peerAddress()).isEqualTo(SERVER);
    assertThat(heard).containsExactly(outside(), SERVER.withPort(78), ANSWER);
  }

  @Test
  void anAnswerThatNamesNoPeerIsOfTheRelayItself() {
    value = answer(HolepunchMessage.REPLY, null);
    ask();
    assertThat(heard).containsExactly(outside(), RELAY, ANSWER);
  }

  /** A punch does not wait for what a broken relay will never send. */
  @Test
  void anAnswerThatIsNoReplyFailsAtOnce() {
    byte[] whole = answer(HolepunchMessage.REPLY, SERVER);
    List<byte[]> broken =
        List.of(
            answer(HolepunchMessage.FROM_SERVER, SERVER),
            answer(HolepunchMessage.FROM_CLIENT, SERVER),
            Arrays.copyOf(whole, whole.length - 1),
            new byte[0]);
    for (byte[] each : broken) {
      heard.clear();
      requests.clear();
      value = each;
      ask();
      assertThat(heard).containsExactly("failed");
      assertThat(requests).hasSize(1);
    }
  }

  /** The first reason to send a question again is that its packet got lost. */
  @Test
  void aSilentRelayIsAskedFourTimes() {
    ask();
    internet.run(3_700_000_000L);
    assertThat(heard).isEmpty();
    internet.run(SimulatedInternet.SECOND_NANOS);
    assertThat(heard).containsExactly("failed");
    assertThat(requests).hasSize(4);
  }

  @Test
  void aPingIsSentOnceAndTellsHowItsSocketIsSeen() {
    value = new byte[1];
    ping();
    internet.run(SimulatedInternet.SECOND_NANOS / 5);
    assertThat(heard).containsExactly(RELAY, outside());
    heard.clear();
    requests.clear();
    value = null;
    ping();
    internet.run(10 * SimulatedInternet.SECOND_NANOS);
    assertThat(heard).containsExactly("failed");
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).packet().from()).isEqualTo(outside());
  }

  @Test
  void aProbeIsOneByteAndReachesNobodyIfItIsToOpenOurOwnNat() {
    internet.sent.clear();
    port.probe(socket, SERVER, 5);
    internet.run(1_000_000L);
    assertThat(internet.sent).isEmpty();
    port.probe(socket, SERVER, 64);
    internet.run(1_000_000L);
    assertThat(internet.sent).hasSize(1);
    assertThat(internet.sent.get(0).bytes()).containsExactly(0);
    assertThat(internet.sent.get(0).from().host()).isEqualTo(outside().host());
  }

  /** The peer names where it wants to be probed. */
  @Test
  void noProbeGoesToAnAddressThatNobodyHas() {
    internet.sent.clear();
    port.probe(socket, Ipv4Address.of("224.0.0.1", 80), 64);
    port.probe(socket, Ipv4Address.of("0.0.0.1", 80), 64);
    port.probe(socket, SERVER.withPort(0), 64);
    internet.run(1_000_000L);
    assertThat(internet.sent).isEmpty();
  }

  @Test
  void theNodeSaysWhomItKnowsAndWhetherItIsReached() {
    assertThat(port.nodes(2)).hasSize(2);
    assertThat(port.nodes(100)).hasSize(SimulatedDht.NODES);
    assertThat(port.isFirewalled()).isTrue();
    DhtNode reachable = dht.reachable("other", "7.0.0.1").machine.node;
    assertThat(new PunchPort(reachable, TARGET, 1).isFirewalled()).isFalse();
  }

  private void ask() {
    PunchNode.AnswerListener listener =
        new PunchNode.AnswerListener() {
          @Override
          public void answered(
              Ipv4Address address, Ipv4Address peer, byte[] payload, long nowNanos) {
            heard.addAll(List.of(address, peer, payload));
          }

          @Override
          public void failed(long nowNanos) {
            heard.add("failed");
          }
        };
    port.ask(new PunchNode.Question(socket, RELAY, SERVER, QUESTION), listener, internet.nowNanos);
    internet.run(SimulatedInternet.SECOND_NANOS / 5);
  }

  private void ping() {
    PunchNode.PingListener listener =
        new PunchNode.PingListener() {
          @Override
          public void answered(Ipv4Address node, Ipv4Address address, long nowNanos) {
            heard.addAll(List.of(node, address));
          }

          @Override
          public void timedOut(long nowNanos) {
            heard.add("failed");
          }
        };
    port.ping(socket, RELAY, listener, internet.nowNanos);
  }

  /** Returns the socket as others see it, whose NAT gives it one port for all. */
  private Ipv4Address outside() {
    Ipv4Address inside = machine.address.withPort(machine.port(socket));
    return Objects.requireNonNull(machine.lan).outbound(inside, RELAY);
  }

  private static byte[] answer(int mode, @Nullable Ipv4Address peer) {
    return new HolepunchMessage(mode, 0, ANSWER, peer).encode();
  }
}
