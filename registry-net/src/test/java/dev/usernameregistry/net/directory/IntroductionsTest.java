package dev.usernameregistry.net.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntroductionsTest {
  private final Introductions introductions = new Introductions();

  private static Key numbered(int number) {
    return Key.of(ByteBuffer.allocate(Key.BYTES).putInt(number).array());
  }

  private static List<Key> receive(Introductions to, Introductions.Message message) {
    return to.receive(message.type(), new WireReader(message.payload()));
  }

  /** Returns a message that introduces the keys with these numbers. */
  private static WireReader introduce(int from, int to) {
    WireWriter out = new WireWriter().uint(to - from);
    for (int i = from; i < to; i++) {
      out.raw(numbered(i).bytes());
    }
    return new WireReader(out.toByteArray());
  }

  private static List<Introductions.Message> all(Introductions from) {
    List<Introductions.Message> all = new ArrayList<>();
    for (Introductions.Message next; (next = from.next()) != null; ) {
      all.add(next);
    }
    return all;
  }

  private static String hex(Introductions.Message message) {
    return message.type() + ":" + HexFormat.of().formatHex(message.payload());
  }

  /** The table of the sheet's section 3. */
  @Test
  void messagesAreThoseOfTheSheet() {
    introductions.offer(numbered(1));
    introductions.offer(numbered(2));
    introductions.allOffered();
    introductions.receive(0, introduce(3, 4));
    introductions.settle(numbered(3));
    assertThat(all(introductions))
        .extracting(IntroductionsTest::hex)
        .containsExactly(
            "1:01", "0:02" + "00000001" + "00".repeat(28) + "00000002" + "00".repeat(28), "2:");
    assertThat(introductions.next()).as("said once").isNull();
  }

  @Test
  void noMoreIsIntroducedThanThereIsRoomFor() {
    Introductions there = new Introductions();
    for (int i = 0; i < 600; i++) {
      introductions.offer(numbered(i));
    }
    introductions.allOffered();
    List<Introductions.Message> first = all(introductions);
    assertThat(first).hasSize(1);
    List<Key> arrived = receive(there, first.get(0));
    assertThat(arrived).hasSize(Introductions.WINDOW_KEYS);
    assertThat(there.isComplete()).isFalse();

    arrived.stream().limit(63).forEach(there::settle);
    assertThat(there.next()).as("for a few no message is made").isNull();
    there.settle(arrived.get(63));
    Introductions.Message room = all(there).get(0);
    assertThat(hex(room)).isEqualTo("1:40");
    receive(introductions, room);
    assertThat(receive(there, all(introductions).get(0))).hasSize(64);
  }

  @Test
  void whatIsWithdrawnIsNotIntroduced() {
    introductions.offer(numbered(1));
    introductions.offer(numbered(2));
    introductions.withdraw(numbered(1));
    assertThat(receive(new Introductions(), all(introductions).get(0)))
        .containsExactly(numbered(2));
  }

  @Test
  void whatIsHopelessIsNotAwaitedButTakesRoomUntilItIsSettled() {
    introductions.receive(0, introduce(0, 1));
    introductions.receive(2, new WireReader(new byte[0]));
    introductions.giveUp(numbered(0));
    introductions.giveUp(numbered(1));
    assertThat(introductions.isComplete()).isTrue();
    assertThat(introductions.next()).as("room for another").isNull();
    introductions.receive(0, introduce(1, 2));
    assertThat(introductions.isComplete()).as("given up before it was introduced").isFalse();
    introductions.settle(numbered(0));
    assertThat(introductions.isComplete()).isFalse();
    introductions.settle(numbered(1));
    assertThat(introductions.isComplete()).isTrue();
    assertThat(introductions.next()).isNotNull();
  }

  @Test
  void itIsCompleteOnceAllIsToldAndSettled() {
    introductions.receive(0, introduce(0, 2));
    introductions.settle(numbered(0));
    introductions.settle(numbered(1));
    assertThat(introductions.isComplete()).as("more may come").isFalse();
    introductions.receive(0, introduce(2, 3));
    introductions.receive(2, new WireReader(new byte[0]));
    assertThat(introductions.isComplete()).as("one is not settled").isFalse();
    assertThat(introductions.isOpen(numbered(2))).isTrue();
    introductions.settle(numbered(2));
    assertThat(introductions.isComplete()).isTrue();
    assertThat(introductions.isOpen(numbered(2))).isFalse();
  }

  /** As it happens if the peer forgets a registry and comes to know it again. */
  @Test
  void keyThatComesAgainTakesRoomOnce() {
    introductions.receive(0, introduce(0, 256));
    for (int i = 0; i < 256; i++) {
      introductions.settle(numbered(i));
    }
    all(introductions);
    assertThat(introductions.receive(0, introduce(0, 100))).hasSize(100);
    assertThat(introductions.receive(0, introduce(0, 100))).isEmpty();
    assertThat(hex(all(introductions).get(0))).isEqualTo("1:64");
    assertThat(introductions.receive(0, introduce(100, 256))).hasSize(156);
  }

  @Test
  void moreKeysThanThereIsRoomForAreMalformed() {
    introductions.receive(0, introduce(0, 200));
    introductions.settle(numbered(0)); // of which the peer was not told
    assertThatThrownBy(() -> introductions.receive(0, introduce(200, 257)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("57 elements, at most 56");
    assertThat(introductions.receive(0, introduce(200, 256))).hasSize(56);
  }

  @Test
  void moreRoomThanThereCanBeIsMalformed() {
    introductions.offer(numbered(0));
    all(introductions);
    introductions.receive(1, new WireReader(new byte[] {1}));
    assertThatThrownBy(() -> introductions.receive(1, new WireReader(new byte[] {1})))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void unknownTypesAreIgnored() {
    assertThat(introductions.receive(3, introduce(0, 2))).isEmpty();
    assertThat(introductions.receive(Long.MAX_VALUE, introduce(0, 2))).isEmpty();
    assertThat(introductions.isOpen(numbered(0))).isFalse();
  }

  /** Two machines, each with what it does in any order; messages take their time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allThatIsOfferedArrivesInAnyOrder(long seed) {
    Random random = new Random(seed);
    Side a = new Side(random, 0);
    Side b = new Side(random, 100_000);
    for (int step = 0; step < 20_000; step++) {
      Side side = random.nextBoolean() ? a : b;
      side.step(side == a ? b : a, true);
    }
    for (int step = 0; step < 20_000; step++) {
      a.step(b, false);
      b.step(a, false);
    }
    assertThat(a.arrived).isEqualTo(b.offered);
    assertThat(b.arrived).isEqualTo(a.offered);
    assertThat(a.machine.isComplete()).isTrue();
    assertThat(b.machine.isComplete()).isTrue();
  }

  private static final class Side {
    private final Introductions machine = new Introductions();
    private final Queue<Introductions.Message> way = new ArrayDeque<>();
    private final Set<Key> offered = new HashSet<>();
    private final Set<Key> arrived = new HashSet<>();
    private final List<Key> unsettled = new ArrayList<>();
    private final Random random;
    private int next;

    Side(Random random, int first) {
      this.random = random;
      next = first;
    }

    void step(Side other, boolean offers) {
      switch (random.nextInt(4)) {
        case 0 -> {
          if (offers) {
            offered.add(numbered(next));
            machine.offer(numbered(next++));
          } else {
            machine.allOffered();
          }
        }
        case 1 -> {
          if (!unsettled.isEmpty()) {
            machine.settle(unsettled.remove(random.nextInt(unsettled.size())));
          }
        }
        case 2 -> {
          Introductions.Message message = machine.next();
          if (message != null) {
            way.add(message);
          }
        }
        default -> {
          Introductions.Message message = other.way.poll();
          if (message != null) {
            List<Key> keys = receive(machine, message);
            unsettled.addAll(keys);
            arrived.addAll(keys);
          }
        }
      }
    }
  }

  @Test
  void arbitraryBytesAreAMessageOrMalformed() {
    Random random = new Random(1);
    int malformed = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = (byte) random.nextInt(6);
      }
      Introductions fresh = new Introductions();
      try {
        List<Key> keys = fresh.receive(random.nextInt(4), new WireReader(bytes));
        assertThat(keys).hasSizeLessThanOrEqualTo(Introductions.WINDOW_KEYS);
      } catch (MalformedMessageException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
        malformed++;
      }
    }
    assertThat(malformed).isBetween(1, 99_999);
  }
}
