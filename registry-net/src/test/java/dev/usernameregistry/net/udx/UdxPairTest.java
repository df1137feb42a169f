package dev.usernameregistry.net.udx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What two streams do when the air between them does one thing wrong. */
class UdxPairTest {
  private static final byte[] NOTHING = {};

  private final Pair pair = new Pair();

  private static byte[] text(String text) {
    return text.getBytes(US_ASCII);
  }

  private void assertBothEnded() {
    assertThat(pair.alice.stream.closeReason()).isEqualTo(CloseReason.ENDED);
    assertThat(pair.bob.stream.closeReason()).isEqualTo(CloseReason.ENDED);
  }

  @Test
  void bytesArriveAndBothSidesEnd() {
    pair.alice.writes(text("hello"), true);
    pair.bob.writes(text("world"), true);
    pair.drive();
    assertThat(pair.bob.received()).isEqualTo(text("hello"));
    assertThat(pair.alice.received()).isEqualTo(text("world"));
    assertThat(pair.bob.stream.remoteEnded()).isTrue();
    assertBothEnded();
  }

  @Test
  void oneSideGoesOnAfterTheOtherEnded() {
    pair.alice.writes(text("request"), true);
    pair.driveFor(5 * Pair.SECOND);
    assertThat(pair.bob.stream.remoteEnded()).isTrue();
    assertThat(pair.bob.stream.state()).isEqualTo(StreamState.CONNECTED);
    byte[] answer = Pattern.bytes(0, 100_000, 1);
    pair.bob.writes(answer, true);
    pair.drive();
    assertThat(pair.alice.received()).isEqualTo(answer);
    assertBothEnded();
  }

  @Test
  void lostPacketIsSentAgainWhenLaterOnesArrive() {
    byte[] bytes = Pattern.bytes(0, 50_000, 0);
    int[] seen = {0};
    pair.drops = d -> d.to() == pair.bob && d.packet().seq() == 7 && seen[0]++ == 0;
    pair.alice.writes(bytes, true);
    pair.bob.writes(NOTHING, true);
    long took = pair.drive();
    assertThat(pair.bob.received()).isEqualTo(bytes);
    assertThat(took).as("no timeout was needed").isLessThan(Pair.SECOND);
    assertThat(pair.alice.stream.statistics().packetsRepeated()).isEqualTo(1);
  }

  @Test
  void lostLastPacketIsSentAgainAfterAboutTwoRoundTrips() {
    pair.alice.writes(text("first"), false);
    pair.driveFor(Pair.SECOND);
    int[] seen = {0};
    pair.drops = d -> d.to() == pair.bob && d.packet().has(Packet.DATA) && seen[0]++ == 0;
    pair.alice.writes(text("last"), false);
    long took = pair.drive();
    assertThat(pair.bob.received()).isEqualTo(text("firstlast"));
    assertThat(took).isLessThan(100 * Pair.MILLI);
  }

  @Test
  void lostFirstPacketIsSentAgainAfterOneSecond() {
    int[] seen = {0};
    pair.drops = d -> d.to() == pair.bob && seen[0]++ == 0;
    pair.alice.writes(text("hello"), false);
    long took = pair.drive();
    assertThat(pair.bob.received()).isEqualTo(text("hello"));
    assertThat(took).isEqualTo(Pair.SECOND + 20 * Pair.MILLI);
  }

  @Test
  void everyAcknowledgementButTheLastMayBeLost() {
    byte[] bytes = Pattern.bytes(0, 9_000, 0);
    pair.drops = d -> d.to() == pair.alice && d.packet().ack() < 8;
    pair.alice.writes(bytes, true);
    pair.bob.writes(NOTHING, true);
    pair.drive();
    assertThat(pair.bob.received()).isEqualTo(bytes);
    assertBothEnded();
  }

  @Test
  void silentPeerIsGivenUpAfterThirteenSeconds() {
    List<Long> millis = new ArrayList<>();
    long start = pair.nowNanos;
    pair.alice.watch = d -> millis.add((pair.nowNanos - start) / Pair.MILLI);
    pair.drops = d -> true;
    pair.alice.writes(Pattern.bytes(0, 3_000, 0), false);
    pair.drive();
    assertThat(millis).containsExactly(0L, 0L, 0L, 1_000L, 3_000L, 5_000L, 7_000L, 9_000L, 11_000L);
    assertThat(pair.nowNanos - start).isEqualTo(13 * Pair.SECOND);
    assertThat(pair.alice.stream.closeReason()).isEqualTo(CloseReason.TIMED_OUT);
    assertThat(pair.alice.streams.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void lostLastAcknowledgementIsRepeatedByTheTombstone() {
    pair.alice.writes(text("bye"), false);
    pair.bob.writes(NOTHING, true);
    pair.driveFor(Pair.SECOND);
    int[] lost = {0};
    pair.drops = d -> d.to() == pair.alice && lost[0]++ < 4;
    pair.alice.writes(NOTHING, true);
    long took = pair.drive();
    assertBothEnded();
    assertThat(lost[0]).isEqualTo(5);
    assertThat(took).isBetween(5 * Pair.SECOND, 8 * Pair.SECOND);
  }

  @Test
  void onlyOurEndUnansweredIsACleanCloseIfThePeerHasEnded() {
    pair.alice.writes(text("bye"), false);
    pair.bob.writes(NOTHING, true);
    pair.driveFor(Pair.SECOND);
    pair.drops = d -> d.to() == pair.alice;
    pair.alice.writes(NOTHING, true);
    pair.drive();
    assertBothEnded();
  }

  @Test
  void destroyResetsThePeerAndSendsOnePacket() {
    pair.alice.writes(text("x"), false);
    pair.driveFor(Pair.SECOND);
    int sent = pair.alice.sentCount;
    pair.alice.stream.destroy(pair.nowNanos);
    pair.drive();
    assertThat(pair.alice.sentCount).isEqualTo(sent + 1);
    assertThat(pair.alice.stream.closeReason()).isEqualTo(CloseReason.DESTROYED);
    assertThat(pair.bob.stream.closeReason()).isEqualTo(CloseReason.RESET);
    assertThat(pair.alice.streams.isFree(1)).isTrue();
  }

  @Test
  void lostDestroyIsRepeatedWhenThePeerSendsOn() {
    pair.alice.writes(text("x"), false);
    pair.driveFor(Pair.SECOND);
    int[] lost = {0};
    pair.drops = d -> d.packet().has(Packet.DESTROY) && lost[0]++ == 0;
    pair.alice.stream.destroy(pair.nowNanos);
    pair.driveFor(Pair.SECOND);
    assertThat(pair.bob.stream.state()).isEqualTo(StreamState.CONNECTED);
    pair.bob.writes(text("are you there?"), false);
    long took = pair.drive();
    assertThat(pair.bob.stream.closeReason()).isEqualTo(CloseReason.RESET);
    assertThat(took).isEqualTo(20 * Pair.MILLI);
  }

  @Test
  void readerThatStopsStopsTheWriterAndBothGoOn() {
    Pair small = new Pair(new UdxOptions(64 << 10, 16 << 10, 1500, 0));
    byte[] bytes = Pattern.bytes(0, 1_000_000, 0);
    small.bob.reads = false;
    small.alice.writes(bytes, true);
    small.bob.writes(NOTHING, true);
    small.driveFor(20 * Pair.SECOND);
    assertThat(small.bob.receivedCount()).isZero();
    assertThat(small.alice.stream.isWritable()).isFalse();
    long waiting = small.alice.stream.statistics().bytesAcknowledged();
    assertThat(waiting).isBetween(32L << 10, 80L << 10);
    small.bob.reads = true;
    long took = small.drive();
    assertThat(small.bob.received()).isEqualTo(bytes);
    assertThat(small.bob.stream.closeReason()).isEqualTo(CloseReason.ENDED);
    assertThat(took).as("the open window was told").isLessThan(2 * Pair.SECOND);
  }

  @Test
  void packetsGrowAsFarAsTheAirAllows() {
    Pair narrow = new Pair();
    narrow.mtu = 1300;
    for (int i = 0; i < 20; i++) {
      pair.alice.writes(Pattern.bytes(0, 10_000, 0), false);
      pair.driveFor(Pair.SECOND);
      narrow.alice.writes(Pattern.bytes(0, 10_000, 0), false);
      narrow.driveFor(Pair.SECOND);
    }
    assertThat(pair.alice.stream.statistics().payloadBytesMax()).isEqualTo(1500 - 48);
    assertThat(pair.bob.receivedCount()).isEqualTo(200_000);
    assertThat(narrow.alice.stream.statistics().payloadBytesMax()).isEqualTo(1296 - 48);
    assertThat(narrow.bob.receivedCount()).isEqualTo(200_000);
    assertThat(narrow.alice.stream.statistics().packetsRepeated()).isEqualTo(3);
  }

  @Test
  void messagesComeBesideTheBytes() {
    pair.alice.stream.sendMessage(ByteBuffer.wrap(text("one")));
    pair.alice.stream.sendMessage(ByteBuffer.wrap(NOTHING));
    pair.alice.writes(text("bytes"), false);
    pair.drive();
    assertThat(pair.bob.stream.nextMessage()).isEqualTo(ByteBuffer.wrap(text("one")));
    assertThat(pair.bob.stream.nextMessage()).isEqualTo(ByteBuffer.wrap(NOTHING));
    assertThat(pair.bob.stream.nextMessage()).isNull();
    assertThat(pair.bob.received()).isEqualTo(text("bytes"));
  }

  @Test
  void idleStreamSendsHeartbeatsIfAsked() {
    pair.alice.stream.setKeepAlive(150 * Pair.MILLI, pair.nowNanos);
    pair.driveFor(Pair.SECOND);
    assertThat(pair.alice.sentCount).isEqualTo(6);
    assertThat(pair.bob.sentCount).isEqualTo(6);
    pair.alice.stream.setKeepAlive(0, pair.nowNanos);
    assertThat(pair.drive()).isLessThan(Pair.SECOND);
  }

  @Test
  void streamGoesOverToAnotherWayWhileItSends() {
    byte[] bytes = Pattern.bytes(0, 300_000, 0);
    List<Integer> sockets = new ArrayList<>();
    pair.alice.writes(bytes, true);
    pair.bob.writes(NOTHING, true);
    pair.driveFor(50 * Pair.MILLI);
    pair.alice.stream.changeRemote(3, 2, pair.bob.address.withPort(2003), pair.nowNanos);
    pair.alice.watch = d -> sockets.add(d.socket());
    assertThat(pair.alice.stream.isRemoteChanging()).isTrue();
    assertThat(pair.alice.stream.statistics().payloadBytesMax()).isEqualTo(1152);
    pair.bob.stream.changeRemote(3, 1, pair.alice.address.withPort(1003), pair.nowNanos);
    pair.drive();
    assertThat(pair.bob.received()).isEqualTo(bytes);
    assertThat(sockets).containsOnly(3);
    assertThat(pair.alice.stream.isRemoteChanging()).isFalse();
    assertBothEnded();
  }

  @Test
  void sixtyMillisecondsAndTwoPercentLossStillFillThePipe() {
    Random random = new Random(5);
    byte[] bytes = Pattern.bytes(0, 5_000_000, 0);
    pair.latencyNanos = () -> 30 * Pair.MILLI;
    pair.drops = d -> random.nextInt(50) == 0;
    pair.alice.writes(bytes, true);
    pair.bob.writes(NOTHING, true);
    long took = pair.drive();
    assertThat(pair.bob.received()).isEqualTo(bytes);
    assertBothEnded();
    assertThat(took).isLessThan(5 * Pair.SECOND);
    long repeated = pair.alice.stream.statistics().packetsRepeated();
    assertThat(repeated).as("no more than is lost").isLessThan(200);
  }
}
