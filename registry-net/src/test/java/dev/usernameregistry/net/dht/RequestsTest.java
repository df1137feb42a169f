package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of a request of ours. */
final class RequestsTest {
  private static final long MILLI = 1_000_000L;
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);
  private static final Ipv4Address THERE = Ipv4Address.of("20.0.2.1", 49737);

  private long nowNanos = Long.MIN_VALUE + 17;
  private final DhtNode node =
      new DhtNode(DhtOptions.bootstrapper(OWN), RequestServer.NONE, new SeededRandom(3), nowNanos);
  private final Ended ended = new Ended();

  RequestsTest() {
    node.start(OWN.port(), 50_000, nowNanos);
    node.onTimeout(nowNanos);
  }

  private List<byte[]> drain() {
    List<byte[]> packets = new ArrayList<>();
    for (Outgoing next; (next = node.nextOutgoing(nowNanos)) != null; ) {
      packets.add(((Outgoing.Packet) next).bytes());
    }
    return packets;
  }

  private void pass(long nanos) {
    nowNanos += nanos;
    node.onTimeout(nowNanos);
  }

  private Request.Sent ping(RequestOptions options, ReplyListener listener) {
    return node.request(Request.ping(), THERE, options, listener, nowNanos);
  }

  @Test
  void thePacketIsSentFourTimesASecondApartAndThenTheRequestFails() {
    ping(RequestOptions.DEFAULT, ended);
    List<byte[]> first = drain();
    assertThat(first).hasSize(1);
    for (int i = 1; i < 4; i++) {
      pass(999 * MILLI);
      assertThat(drain()).isEmpty();
      pass(MILLI);
      assertThat(drain()).hasSize(1).allMatch(bytes -> Arrays.equals(bytes, first.get(0)));
    }
    pass(999 * MILLI);
    assertThat(ended.timedOut).isFalse();
    pass(MILLI);
    assertThat(ended.timedOut).isTrue();
    assertThat(node.statistics().inFlight()).isZero();
    pass(2_000 * MILLI);
    assertThat(drain()).isEmpty();
  }

  @Test
  void theFirstReplyEndsTheRequest() {
    ping(RequestOptions.DEFAULT, ended);
    int tid = Raw.ask(drain().get(0)).tid();
    pass(1_200 * MILLI);
    for (int i = 0; i < 3; i++) {
      ByteBuffer pong = ByteBuffer.wrap(Raw.pong(tid, OWN, RoutingTable.idOf(THERE)));
      node.receive(DhtNode.SERVER_SOCKET, THERE, pong, nowNanos);
    }
    assertThat(ended.reply().rttNanos()).isEqualTo(1_200 * MILLI);
    assertThat(ended.reply().id()).isEqualTo(RoutingTable.idOf(THERE));
    assertThat(node.nodes(10)).containsExactly(THERE);
  }

  @Test
  void anIdThatDoesNotFitTheSourceCountsAsNone() {
    ping(RequestOptions.DEFAULT, ended);
    int tid = Raw.ask(drain().get(0)).tid();
    ByteBuffer pong = ByteBuffer.wrap(Raw.pong(tid, OWN, RoutingTable.idOf(OWN)));
    node.receive(DhtNode.SERVER_SOCKET, THERE, pong, nowNanos);
    assertThat(ended.reply().id()).isNull();
    assertThat(node.nodes(10)).isEmpty();
  }

  @Test
  void eightyRequestsAreSentAtOnceAndTheRestInTheNextSlots() {
    Set<Integer> tids = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      ping(RequestOptions.DEFAULT.retries(0), new Ended());
    }
    List<byte[]> packets = drain();
    assertThat(packets).hasSize(80);
    pass(750 * MILLI);
    packets.addAll(drain());
    assertThat(packets.size()).isBetween(158, 161);
    for (int i = 0; i < 6; i++) {
      pass(750 * MILLI);
      packets.addAll(drain());
    }
    packets.forEach(bytes -> tids.add(Raw.ask(bytes).tid()));
    assertThat(tids).hasSize(200);
  }

  @Test
  void noMoreThanSoManyAreSentInThreeSecondsWhileNobodyAnswers() {
    for (int i = 0; i < 400; i++) {
      ping(RequestOptions.DEFAULT.retries(0), new Ended());
    }
    int sent = drain().size();
    for (int slot = 1; slot < 4; slot++) {
      pass(750 * MILLI);
      sent += drain().size();
    }
    assertThat(sent).isEqualTo(160);
    pass(750 * MILLI);
    assertThat(drain()).hasSize(80);
  }

  @Test
  void beyondTheLimitRequestsFail() {
    int[] failed = new int[1];
    ReplyListener counts =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long at) {}

          @Override
          public void timedOut(long at) {
            failed[0]++;
          }
        };
    for (int i = 0; i < Requests.REQUESTS_MAX + 10; i++) {
      ping(RequestOptions.DEFAULT, counts);
    }
    assertThat(failed[0]).isZero();
    assertThat(node.nextTimeoutNanos() - nowNanos).isLessThanOrEqualTo(0);
    pass(0);
    assertThat(failed[0]).isEqualTo(10);
    assertThat(node.statistics().inFlight()).isEqualTo(Requests.REQUESTS_MAX);
  }

  @Test
  void aCancelledRequestIsSilent() {
    Request.Sent sent = ping(RequestOptions.DEFAULT, ended);
    sent.cancel(nowNanos);
    sent.cancel(nowNanos);
    pass(10_000 * MILLI);
    assertThat(ended.timedOut).isFalse();
    assertThat(drain()).hasSize(1);
  }

  @Test
  void aRequestBeyondTheLimitIsSilentOnceItIsCancelled() {
    for (int i = 0; i < Requests.REQUESTS_MAX; i++) {
      ping(RequestOptions.DEFAULT, new Ended());
    }
    Request.Sent tooMany = ping(RequestOptions.DEFAULT, ended);
    tooMany.cancel(nowNanos);
    pass(0);
    assertThat(ended.timedOut).isFalse();
  }

  @Test
  void aListenerThatIsToldOfASuspensionMayCancelOtherRequests() {
    List<Request.Sent> sent = new ArrayList<>();
    int[] ends = new int[1];
    ReplyListener cancelsAll =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long at) {}

          @Override
          public void timedOut(long at) {
            ends[0]++;
            sent.forEach(each -> each.cancel(at));
          }
        };
    for (int i = 0; i < 3; i++) {
      sent.add(ping(RequestOptions.DEFAULT, cancelsAll));
    }
    node.suspend(nowNanos);
    assertThat(ends[0]).isEqualTo(1);
  }

  @Test
  void howAnotherSocketIsSeenIsNoSampleOfOurAddress() {
    assertThat(node.remoteAddress()).contains(OWN);
    RequestOptions options = RequestOptions.DEFAULT.socket(node.openSocket());
    ping(options, ended);
    node.nextOutgoing(nowNanos); // the opening
    int tid = Raw.ask(drain().get(0)).tid();
    byte[] pong = Raw.pong(tid, OWN.withPort(33_333), RoutingTable.idOf(THERE));
    node.receive(options.socket(), THERE, ByteBuffer.wrap(pong), nowNanos);
    assertThat(ended.reply().to()).isEqualTo(OWN.withPort(33_333));
    assertThat(node.nodes(10)).containsExactly(THERE);
    assertThat(node.remoteAddress()).contains(OWN);
  }

  @Test
  void mistakesOfTheCallerAreToldBeforeAnythingIsSent() {
    Key target = RoutingTable.idOf(OWN);
    assertThatThrownBy(() -> Request.of(3, target).token(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31");
    assertThatThrownBy(() -> Request.of(3, target).value(new byte[1101]))
        .hasMessageContaining("1101");
    assertThatThrownBy(() -> Request.of(-1, target)).hasMessageContaining("-1");
    assertThatThrownBy(() -> RequestOptions.DEFAULT.retries(11)).hasMessageContaining("11");
    assertThatThrownBy(() -> node.closeSocket(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> node.start(1, 2, 3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDelayedPingIsAnsweredLater() {
    byte[] delay = {(byte) 0xc4, 9, 0, 0}; // 2500
    byte[] tooLong = {0x11, 0x27, 0, 0}; // 10001
    for (byte[] value : List.of(delay, tooLong)) {
      byte[] request = Raw.internal(7, OWN, Request.DELAYED_PING, value);
      node.receive(DhtNode.SERVER_SOCKET, THERE, ByteBuffer.wrap(request), nowNanos);
    }
    pass(2_499 * MILLI);
    assertThat(drain()).isEmpty();
    pass(MILLI);
    assertThat(drain()).hasSize(1);
    pass(10_000 * MILLI);
    assertThat(drain()).isEmpty();
  }

  @Test
  void delayedPingsAreAnsweredEachInItsTime() {
    byte[] late = {(byte) 0xc4, 9, 0, 0}; // 2500
    byte[] early = {(byte) 0xf4, 1, 0, 0}; // 500
    byte[] earliest = {100, 0, 0, 0};
    for (byte[] value : List.of(late, early, earliest)) {
      byte[] request = Raw.internal(value[0] & 0xff, OWN, Request.DELAYED_PING, value);
      node.receive(DhtNode.SERVER_SOCKET, THERE, ByteBuffer.wrap(request), nowNanos);
    }
    List<Integer> answered = new ArrayList<>();
    for (long millis : new long[] {100, 400, 2_000}) {
      pass(millis * MILLI);
      List<byte[]> packets = drain();
      assertThat(packets).hasSize(1);
      answered.add(Raw.answer(packets.get(0)).tid());
    }
    assertThat(answered).containsExactly(100, 0xf4, 0xc4);
  }

  @Test
  void anUnknownCommandIsAnsweredWithAnError() {
    byte[] value = new byte[200]; // so that the answer is no longer than the request
    for (byte[] request :
        List.of(
            Raw.internal(7, OWN, 99, value),
            Raw.command(7, OWN, null, RoutingTable.idOf(THERE), value))) {
      node.receive(DhtNode.SERVER_SOCKET, THERE, ByteBuffer.wrap(request), nowNanos);
      assertThat(drain())
          .singleElement()
          .satisfies(
              bytes -> assertThat(Raw.answer(bytes).error()).isEqualTo(Answers.UNKNOWN_COMMAND));
    }
  }

  @Test
  void noMoreThanSoManyDelayedPingsWait() {
    byte[] delay = {(byte) 0xc4, 9, 0, 0}; // 2500
    for (int i = 0; i < 2 * Answers.DELAYED_MAX; i++) {
      byte[] request = Raw.internal(i, OWN, Request.DELAYED_PING, delay);
      Ipv4Address from = new Ipv4Address(0x0b000000 | i, 7);
      node.receive(DhtNode.SERVER_SOCKET, from, ByteBuffer.wrap(request), nowNanos);
    }
    pass(2_500 * MILLI);
    assertThat(drain()).hasSize(Answers.DELAYED_MAX);
  }

  @Test
  void aRequestIsAnsweredOnce() {
    List<IncomingRequest> requests = new ArrayList<>();
    DhtNode serving =
        new DhtNode(
            DhtOptions.bootstrapper(OWN),
            (request, at) -> requests.add(request),
            new SeededRandom(3),
            nowNanos);
    serving.start(1, 2, nowNanos);
    byte[] request = Raw.command(9, OWN, null, RoutingTable.idOf(THERE), new byte[200]);
    serving.receive(DhtNode.CLIENT_SOCKET, THERE, ByteBuffer.wrap(request), nowNanos);
    IncomingRequest incoming = requests.get(0);
    assertThat(incoming.tid()).isEqualTo(9);
    assertThat(incoming.socket()).isEqualTo(DhtNode.CLIENT_SOCKET);
    assertThat(incoming.from()).isEqualTo(THERE);
    incoming.replyPlain(new byte[] {1});
    assertThatThrownBy(() -> incoming.reply(null)).isInstanceOf(IllegalStateException.class);
    Outgoing.Packet packet =
        (Outgoing.Packet) Objects.requireNonNull(serving.nextOutgoing(nowNanos));
    assertThat(packet.socket()).isEqualTo(DhtNode.CLIENT_SOCKET);
    assertThat(Raw.answer(packet.bytes()).value()).containsExactly(1);
  }
}
