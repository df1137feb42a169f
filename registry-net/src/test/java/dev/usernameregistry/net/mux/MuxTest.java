package dev.usernameregistry.net.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MuxTest {
  private static final Pair PAIR = new Pair("p", new byte[] {7});

  private final Side alice = new Side();
  private final Side bob = new Side();

  @Test
  void bothSidesOpenThePairAndMessagesPass() {
    Channel ours = alice.mux.open(PAIR, bytes("hello"));
    Channel theirs = bob.mux.open(PAIR, bytes("hi"));
    ours.send(3, bytes("early"));
    exchange();
    theirs.send(0, bytes("answer"));
    exchange();

    assertThat(bob.log).containsExactly("opened p 07 hello", "3 early");
    assertThat(alice.log).containsExactly("opened p 07 hi", "0 answer");
    assertThat(ours.isOpen()).isTrue();
  }

  @Test
  void messagesWaitUntilTheOpenIsAnsweredLater() {
    Channel ours = alice.mux.open(PAIR, bytes("hello"));
    ours.send(0, bytes("one"));
    ours.send(1, bytes("two"));
    exchange();
    assertThat(bob.log).containsExactly("asked p 07 hello");

    bob.mux.open(PAIR, bytes("hi"));
    exchange();

    assertThat(bob.log).containsExactly("asked p 07 hello", "opened p 07 hello", "0 one", "1 two");
    assertThat(alice.log).containsExactly("opened p 07 hi");
  }

  @Test
  void rejectedChannelCanBeOpenedAgain() {
    Channel first = alice.mux.open(PAIR, bytes("first"));
    first.send(0, bytes("lost"));
    exchange();
    bob.mux.reject(PAIR);
    exchange();
    assertThat(alice.log).containsExactly("rejected p 07");
    assertThat(first.isClosed()).isTrue();

    alice.mux.open(PAIR, bytes("second"));
    exchange();
    bob.mux.open(PAIR, bytes("yes"));
    exchange();

    assertThat(bob.log)
        .containsExactly("asked p 07 first", "asked p 07 second", "opened p 07 second");
  }

  @Test
  void kthOpenOfOneSidePairsWithKthOfTheOther() {
    List<Channel> ours = List.of(alice.open("a0"), alice.open("a1"), alice.open("a2"));
    List<Channel> theirs = List.of(bob.open("b0"), bob.open("b1"), bob.open("b2"));
    exchange();
    IntStream.range(0, 3).forEach(k -> ours.get(k).send(k, bytes("to " + k)));
    theirs.get(1).close();
    exchange();

    assertThat(bob.log)
        .containsExactly("opened p 07 a0", "opened p 07 a1", "opened p 07 a2", "0 to 0", "2 to 2");
    assertThat(alice.log).contains("closed p 07");
    assertThat(ours.get(1).isClosed()).isTrue();
    assertThat(ours.get(2).isOpen()).isTrue();
  }

  @Test
  void closeBeforeTheAnswerFreesTheChannelOnBothSides() {
    Channel ours = alice.open("first");
    exchange();
    ours.close();
    exchange();
    assertThat(bob.mux.nextFrame()).isNull();

    Channel again = alice.open("second");
    assertThat(again.number).isEqualTo(ours.number);
    exchange();
    bob.open("b");
    exchange();
    assertThat(again.isOpen()).isTrue();
  }

  @Test
  void closeThatCrossesTheAnswerEndsTheChannelOnBothSides() {
    Channel ours = alice.open("a");
    alice.deliverTo(bob);
    ours.close();
    Channel theirs = bob.open("b");
    exchange();

    assertThat(theirs.isClosed()).isTrue();
    Channel again = alice.open("again");
    assertThat(again.number).isEqualTo(ours.number);
    bob.open("again");
    exchange();
    assertThat(again.isOpen()).isTrue();
  }

  @Test
  void closedChannelHasNoMoreMessages() {
    Channel ours = alice.open("a");
    ours.send(0, bytes("one"));
    ours.send(0, bytes("two"));
    exchange();
    Channel theirs = bob.open("b");
    assertThat(bob.mux.nextEvent()).isInstanceOf(MuxEvent.Opened.class);
    assertThat(bob.mux.nextEvent()).isInstanceOf(MuxEvent.Received.class);
    theirs.close();

    assertThat(bob.mux.nextEvent()).isNull();
  }

  @Test
  void numbersOfClosedChannelsAreUsedAgain() {
    for (int round = 0; round < 20_000; round++) {
      Channel ours = alice.open("a");
      Channel theirs = bob.open("b");
      exchange();
      (round % 2 == 0 ? ours : theirs).close();
      exchange();
      assertThat(ours.number).isEqualTo(1);
      bob.log.clear();
      alice.log.clear();
    }
  }

  @Test
  void aliasIsUnderstoodAndOurNameAnswers() {
    Mux mux = new Mux(Map.of("hypercore", "hypercore/alpha"));
    mux.receive(open(1, "hypercore", ""));
    assertThat(mux.nextEvent())
        .isInstanceOfSatisfying(
            MuxEvent.Asked.class,
            asked -> assertThat(asked.pair().protocol()).isEqualTo("hypercore/alpha"));
  }

  @Test
  void queuedMessagesTravelAsBatchesOfLimitedLength() {
    Channel ours = alice.open("a");
    bob.open("b");
    exchange();
    for (int i = 0; i < 1000; i++) {
      ours.send(0, new byte[200]);
    }
    ours.send(1, new byte[1 << 20]);
    assertThat(alice.mux.queuedBytes()).isBetween(1_248_576L, 1_400_000L);
    List<Integer> lengths = new ArrayList<>();
    for (byte[] frame; (frame = alice.mux.nextFrame()) != null; ) {
      lengths.add(frame.length);
      bob.take(frame);
    }

    assertThat(lengths).hasSizeBetween(4, 8);
    assertThat(lengths.subList(0, lengths.size() - 1)).allMatch(length -> length < 80_000);
    assertThat(lengths.get(lengths.size() - 1)).as("alone").isEqualTo((1 << 20) + 2);
    assertThat(bob.received).isEqualTo(1001);
    assertThat(alice.mux.queuedBytes()).isZero();
  }

  @Test
  void whatCannotBeReadIsDroppedUntilTheFirstOpen() {
    byte[] key = new byte[32];
    key[0] = (byte) 0xff;
    key[7] = (byte) 0xff;
    bob.take(key);
    bob.take(new byte[] {5});
    bob.mux.receive(open(1, "p", ""));
    bob.drain();

    assertThatThrownBy(() -> bob.take(new byte[] {5}))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void waitingMessagesAreBounded() {
    bob.mux.receive(open(1, "p", ""));
    bob.drain();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                bob.take(new byte[] {1, 0, 1, 2, 3});
              }
            })
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not answered");
  }

  @Test
  void ofOnePairSixteenOpensWaitAndMoreAreRejected() {
    for (int number = 1; number <= 20; number++) {
      bob.mux.receive(open(number, "p", ""));
    }
    bob.drain();

    assertThat(bob.log).hasSize(16);
    assertThat(bob.rejected()).containsExactly(17L, 18L, 19L, 20L);
  }

  @Test
  void millionOpensAreRejectedAndCostBoundedMemory() {
    long queued = 0;
    for (int i = 1; i <= 5_000; i++) {
      bob.mux.receive(open(i <= 4096 ? i : 4097, "p" + i, ""));
      bob.drain();
      queued = Math.max(queued, bob.mux.queuedBytes());
      while (bob.mux.nextFrame() != null) {
        // sent
      }
    }
    assertThat(bob.log).as("decisions that wait").hasSizeLessThanOrEqualTo(4096);
    assertThat(queued).isLessThan(1000);

    assertThatThrownBy(
            () -> {
              for (int i = 4097; i < 1_000_000; i++) {
                bob.mux.receive(open(i, "q", ""));
                bob.drain();
              }
            })
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void peerThatNeverReadsIsGivenUp() {
    bob.mux.receive(open(1, "p", ""));
    bob.drain();
    bob.mux.reject(new Pair("p", new byte[0]));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2_000_000; i++) {
                bob.mux.receive(open(1, "p", ""));
                bob.mux.nextEvent();
                bob.mux.reject(new Pair("p", new byte[0]));
              }
            })
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("does not read");
    assertThat(bob.mux.queuedBytes()).isLessThan(Mux.PAYLOAD_BYTES_MAX + (5L << 20));
  }

  @Test
  void wrongNumbersEndTheConnection() {
    for (byte[] frame :
        List.of(
            open(0, "p", "").array(),
            open(3, "p", "").array(),
            open(1, "p", "").array(),
            new byte[] {0, 2, 1},
            new byte[] {0, 2, 9})) {
      Side side = new Side();
      side.mux.receive(open(1, "first", ""));
      side.drain();
      assertThatThrownBy(() -> side.take(frame)).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void batchesWithinBatchesAreFollowedOnlySoFar() {
    bob.mux.receive(open(1, "p", ""));
    bob.drain();
    bob.take(nestedBatches(8));
    for (int depth : new int[] {9, 100}) {
      assertThatThrownBy(() -> bob.take(nestedBatches(depth)))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("more than 8 batches");
    }
  }

  /** Returns a frame of so many batches, each the only item of the one before. */
  private static byte[] nestedBatches(int depth) {
    WireWriter frame = new WireWriter().uint(0);
    for (int i = 1; i < depth; i++) {
      frame.uint(0).uint(0).uint(200);
    }
    return frame.uint(0).uint(0).toByteArray();
  }

  @Test
  void tooLongMessageIsTheCallersMistake() {
    Channel ours = alice.open("a");
    ours.send(0, new byte[Mux.PAYLOAD_BYTES_MAX]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ours.send(0, new byte[Mux.PAYLOAD_BYTES_MAX + 1]));
  }

  private void exchange() {
    alice.drain();
    bob.drain();
    int frames = 1;
    while (frames > 0) {
      frames = alice.deliverTo(bob) + bob.deliverTo(alice);
    }
  }

  private static ByteBuffer open(int number, String protocol, String handshake) {
    WireWriter out = new WireWriter().uint(0).uint(1).uint(number).string(protocol).uint(0);
    return ByteBuffer.wrap(out.raw(bytes(handshake)).toByteArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One mux and what its owner saw. */
  private static final class Side {
    final Mux mux = new Mux(Map.of());
    final List<String> log = new ArrayList<>();
    int received;

    Channel open(String handshake) {
      return mux.open(PAIR, bytes(handshake));
    }

    int deliverTo(Side other) {
      int frames = 0;
      for (byte[] frame; (frame = mux.nextFrame()) != null; frames++) {
        other.take(frame);
      }
      return frames;
    }

    void take(byte[] frame) {
      mux.receive(ByteBuffer.wrap(frame));
      drain();
    }

    /** Returns the peer's channels that the frames to be sent reject. */
    List<Long> rejected() {
      List<Long> numbers = new ArrayList<>();
      for (byte[] frame; (frame = mux.nextFrame()) != null; ) {
        FrameReader items = new FrameReader(new WireReader(frame));
        for (Item item; (item = items.next()) != null; ) {
          if (item instanceof Item.Reject reject) {
            numbers.add(reject.number());
          }
        }
      }
      return numbers;
    }

    void drain() {
      for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
        if (event instanceof MuxEvent.Asked asked) {
          log.add("asked " + asked.pair() + " " + text(asked.handshake()));
        } else if (event instanceof MuxEvent.Opened opened) {
          log.add("opened " + opened.channel().pair() + " " + text(opened.handshake()));
        } else if (event instanceof MuxEvent.Closed closed) {
          log.add((closed.rejected() ? "rejected " : "closed ") + closed.channel().pair());
        } else if (event instanceof MuxEvent.Received message) {
          received++;
          if (message.payload().remaining() < 100) {
            log.add(message.type() + " " + text(message.payload().raw()));
          }
        }
      }
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
