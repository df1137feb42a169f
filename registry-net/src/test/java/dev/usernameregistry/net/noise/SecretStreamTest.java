package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretStreamTest {
  private static final long SECOND = 1_000_000_000L;
  private static final SecretStreamOptions SMALL =
      new SecretStreamOptions(1000, 10 * SECOND, 5 * SECOND, 60 * SECOND);

  /** Six seconds before the clock wraps: after the first sign of life, before all else is due. */
  private static final long START = Long.MAX_VALUE - 6 * SECOND;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void messagesArriveWholeAndInOrderHoweverTheBytesAreCut(long seed) {
    Pair pair = new Pair(seed, SecretStreamOptions.DEFAULT);
    pair.drive();
    Random random = new Random(seed);
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] message = new byte[1 + random.nextInt(i == 100 ? 300_000 : 1000)];
      random.nextBytes(message);
      sent.add(message);
      pair.alice.send(ByteBuffer.wrap(message), 0);
      pair.bob.send(ByteBuffer.wrap(message), 0);
    }
    pair.drive();
    assertThat(pair.bobReceived).containsExactlyElementsOf(sent);
    assertThat(pair.aliceReceived).containsExactlyElementsOf(sent);
  }

  @Test
  void bothSidesLearnTheOthersKeyAndOneHash() {
    Pair pair = new Pair(1, SMALL);
    assertThatThrownBy(pair.alice::remotePublicKey).isInstanceOf(IllegalStateException.class);
    pair.drive();
    assertThat(pair.alice.state()).isEqualTo(StreamState.OPEN);
    assertThat(pair.bob.state()).isEqualTo(StreamState.OPEN);
    assertThat(pair.alice.remotePublicKey()).isEqualTo(Pair.BOB.publicKey());
    assertThat(pair.bob.remotePublicKey()).isEqualTo(Pair.ALICE.publicKey());
    assertThat(pair.alice.handshakeHash()).hasSize(64).isEqualTo(pair.bob.handshakeHash());
  }

  @Test
  void nothingCanBeSentBeforeTheKeysAreAgreed() {
    Pair pair = new Pair(1, SMALL);
    assertThat(pair.alice.canSend()).isFalse();
    assertThatThrownBy(() -> pair.alice.send(ByteBuffer.allocate(1), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void messagesMayFollowTheOwnHeaderAtOnce() {
    Pair pair = new Pair(1, SMALL);
    pair.bob.receive(ByteBuffer.wrap(Pair.outgoing(pair.alice)), 0);
    pair.alice.receive(ByteBuffer.wrap(Pair.outgoing(pair.bob)), 0);
    assertThat(pair.alice.state()).isEqualTo(StreamState.HEADER);
    pair.alice.send(ByteBuffer.wrap(new byte[] {42}), 0);
    pair.drive();
    assertThat(pair.bobReceived).containsExactly(new byte[] {42});
  }

  @Test
  void everyChangedByteOfTheConversationEndsTheStream() {
    byte[] toBob = conversationToBob();
    for (int at = 0; at < toBob.length; at++) {
      Pair pair = new Pair(9, SMALL);
      byte[] tampered = toBob.clone();
      tampered[at] ^= 0x10;
      boolean ended = false;
      try {
        pair.bob.receive(ByteBuffer.wrap(tampered), 0);
      } catch (PeerFault fault) {
        ended = true;
        assertThat(pair.bob.state()).isEqualTo(StreamState.CLOSED);
      }
      // a longer length only leaves the stream waiting for bytes that never prove right
      assertThat(ended || pair.bob.nextMessage() == null).as("byte %d", at).isTrue();
    }
  }

  private static byte[] conversationToBob() {
    Pair pair = new Pair(9, SMALL);
    byte[] first = Pair.outgoing(pair.alice);
    pair.bob.receive(ByteBuffer.wrap(first), 0);
    pair.alice.receive(ByteBuffer.wrap(Pair.outgoing(pair.bob)), 0);
    pair.alice.send(ByteBuffer.wrap(new byte[10]), 0);
    byte[] rest = Pair.outgoing(pair.alice);
    ByteBuffer all = ByteBuffer.allocate(first.length + rest.length).put(first).put(rest);
    return all.array();
  }

  @Test
  void replayedMessageEndsTheStream() {
    Pair pair = open(SMALL);
    pair.alice.send(ByteBuffer.allocate(10), 0);
    byte[] frame = Pair.outgoing(pair.alice);
    pair.bob.receive(ByteBuffer.wrap(frame), 0);
    assertThatThrownBy(() -> pair.bob.receive(ByteBuffer.wrap(frame), 0))
        .isInstanceOf(SecretStreamException.class);
    assertThat(pair.bob.state()).isEqualTo(StreamState.CLOSED);
  }

  @Test
  void twoInitiatorsDoNotUnderstandEachOther() {
    SecretStream one = SecretStream.initiator(Pair.ALICE, new SeededRandom(1), SMALL, 0);
    SecretStream two = SecretStream.initiator(Pair.BOB, new SeededRandom(2), SMALL, 0);
    assertThatThrownBy(() -> one.receive(ByteBuffer.wrap(Pair.outgoing(two)), 0))
        .isInstanceOf(PeerFault.class);
  }

  @Test
  void headerOfTheOwnRoleIsRefused() {
    SessionKeys keys =
        new SessionKeys(true, new byte[32], new byte[32], new byte[64], Pair.BOB.publicKey());
    SecretStream stream = SecretStream.established(keys, new SeededRandom(1), SMALL, 0);
    byte[] reflected = Pair.outgoing(stream);
    assertThatThrownBy(() -> stream.receive(ByteBuffer.wrap(reflected), 0))
        .isInstanceOf(SecretStreamException.class)
        .hasMessageContaining("role");
  }

  @Test
  void tooLongMessageIsRefusedBeforeItIsBuffered() {
    Pair pair = open(SMALL);
    byte[] length = {(byte) (1018 & 0xff), (byte) (1018 >> 8), 0};
    assertThatThrownBy(() -> pair.bob.receive(ByteBuffer.wrap(length), 0))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("a frame of 1018 bytes, not between 17 and 1017");
  }

  @Test
  void announcedBytesTakeMemoryOnlyWhenTheyCome() {
    FrameReader frames = new FrameReader();
    byte[] start = {(byte) 0xff, (byte) 0xff, (byte) 0x7f, 1, 2, 3};
    assertThat(frames.read(ByteBuffer.wrap(start), 17, 0xffffff)).isNull();
    assertThat(frames.bufferBytes()).isLessThanOrEqualTo(512);
    assertThat(frames.read(ByteBuffer.allocate(10_000), 17, 0xffffff)).isNull();
    assertThat(frames.bufferBytes()).isLessThanOrEqualTo(2 * 10_003);
  }

  @Test
  void emptyMessageIsSentAfterSilenceAndSwallowed() {
    Pair pair = openBeforeTheClockWraps();
    assertThat(pair.alice.nextTimeoutNanos()).isEqualTo(after(5 * SECOND));
    pair.alice.onTimeout(after(SECOND));
    assertThat(pair.alice.nextBytes()).isNull();
    pair.alice.send(ByteBuffer.allocate(3), after(2 * SECOND));
    assertThat(pair.alice.nextTimeoutNanos()).isEqualTo(after(7 * SECOND));
    pair.drive();
    pair.alice.onTimeout(after(7 * SECOND));
    byte[] sent = Pair.outgoing(pair.alice);
    assertThat(sent).hasSize(20);
    pair.bob.receive(ByteBuffer.wrap(sent), after(7 * SECOND));
    assertThat(pair.bob.nextMessage()).isNull();
    assertThat(pair.bobReceived).hasSize(1);
  }

  @Test
  void slowHandshakeEndsTheStream() {
    Pair pair = new Pair(1, SMALL, START);
    pair.bob.onTimeout(after(SECOND));
    pair.bob.onTimeout(after(10 * SECOND - 1));
    assertThat(pair.bob.nextTimeoutNanos()).isEqualTo(after(10 * SECOND));
    assertThatThrownBy(() -> pair.bob.onTimeout(after(10 * SECOND)))
        .isInstanceOf(SecretStreamException.class)
        .hasMessage("no handshake within 10000 ms");
    assertThat(pair.bob.state()).isEqualTo(StreamState.CLOSED);
    assertThat(pair.bob.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void withheldHeaderIsPartOfASlowHandshake() {
    Pair pair = new Pair(1, SMALL, START);
    pair.bob.receive(ByteBuffer.wrap(Pair.outgoing(pair.alice)), START);
    pair.alice.receive(ByteBuffer.wrap(Pair.outgoing(pair.bob)), START);
    pair.alice.onTimeout(after(10 * SECOND - 1));
    assertThatThrownBy(() -> pair.alice.onTimeout(after(10 * SECOND)))
        .isInstanceOf(SecretStreamException.class);
  }

  @Test
  void silentPeerEndsTheStreamAndAnyByteIsNotSilence() {
    Pair pair = openBeforeTheClockWraps();
    pair.bob.onTimeout(after(SECOND));
    pair.bob.receive(ByteBuffer.wrap(new byte[] {17}), after(50 * SECOND));
    pair.bob.onTimeout(after(61 * SECOND));
    assertThatThrownBy(() -> pair.bob.onTimeout(after(110 * SECOND)))
        .isInstanceOf(SecretStreamException.class)
        .hasMessage("nothing received for 60000 ms");
    assertThat(pair.bob.state()).isEqualTo(StreamState.CLOSED);
    assertThat(pair.bob.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void peerThatIsSilentFromTheStartEndsTheStream() {
    SecretStreamOptions patient = new SecretStreamOptions(1000, 60 * SECOND, 0, 10 * SECOND);
    Pair pair = new Pair(1, patient, START);
    assertThatThrownBy(() -> pair.bob.onTimeout(after(10 * SECOND)))
        .isInstanceOf(SecretStreamException.class)
        .hasMessage("nothing received for 10000 ms");
  }

  @Test
  void trafficIsMessagesBothWaysEmptyOnesAmongThem() {
    Pair pair = open(SMALL);
    pair.alice.send(ByteBuffer.allocate(0), 0);
    pair.drive();
    assertThat(pair.alice.hasTraffic()).isFalse();
    assertThat(pair.bob.hasTraffic()).isFalse();
    pair.bob.send(ByteBuffer.allocate(0), 0);
    assertThat(pair.bob.hasTraffic()).isTrue();
    assertThat(pair.alice.hasTraffic()).isFalse();
    pair.drive();
    assertThat(pair.alice.hasTraffic()).isTrue();
  }

  @Test
  void bytesOfAnUnfinishedMessageAreCountedUntilItIsWhole() {
    Pair pair = open(SMALL);
    pair.alice.send(ByteBuffer.allocate(600), 0);
    byte[] frame = Pair.outgoing(pair.alice);
    pair.bob.receive(ByteBuffer.wrap(frame, 0, 550), 0);
    assertThat(pair.bob.unfinishedBytes()).isBetween(547L, 2 * 547L);
    pair.bob.receive(ByteBuffer.wrap(frame, 550, frame.length - 550), 0);
    assertThat(pair.bob.unfinishedBytes()).isZero();
  }

  @Test
  void longestMessageFitsAndOneMoreByteIsTheCallersMistake() {
    Pair pair =
        open(new SecretStreamOptions(SecretStreamOptions.MESSAGE_BYTES_LIMIT, SECOND, 0, 0));
    ByteBuffer longest = ByteBuffer.allocate(SecretStreamOptions.MESSAGE_BYTES_LIMIT);
    pair.alice.send(longest, 0);
    pair.bob.receive(ByteBuffer.wrap(Pair.outgoing(pair.alice)), 0);
    assertThat(pair.bob.nextMessage()).isEqualTo(longest.rewind());
    assertThatThrownBy(() -> pair.alice.send(ByteBuffer.allocate(longest.capacity() + 1), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long after(long nanos) {
    return START + nanos;
  }

  private static Pair openBeforeTheClockWraps() {
    Pair pair = new Pair(1, SMALL, START);
    pair.drive();
    return pair;
  }

  private static Pair open(SecretStreamOptions options) {
    Pair pair = new Pair(1, options);
    pair.drive();
    return pair;
  }

  @Test
  void signsOfLifeDoNotPileUpForAPeerThatReadsNothing() {
    Pair pair = new Pair(1, new SecretStreamOptions(1000, 10 * SECOND, 5 * SECOND, 0));
    pair.drive();
    for (long now = 6 * SECOND; now < 6_000 * SECOND; now += 6 * SECOND) {
      pair.alice.onTimeout(now);
      assertThat(pair.alice.nextTimeoutNanos()).isEqualTo(now + 5 * SECOND);
      pair.alice.keepAlive(now);
    }

    assertThat(Pair.outgoing(pair.alice)).hasSize(20);
  }
}
