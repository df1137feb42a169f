package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The newest block is sent unasked to those who allow it, and to nobody else. */
class PushTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");
  private final List<Message.Request> asked = new ArrayList<>();
  private final List<Proof> pushed = new ArrayList<>();

  /** Connects both once the writer has one block; from then on notes what is asked and pushed. */
  private End meet(boolean allowing) {
    writer.append("zero");
    List<End> ends = air.connect(reader, writer);
    if (allowing) {
      ends.forEach(end -> end.session.allowPush());
    }
    air.drive();
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(1);
    reader.tongue =
        message -> {
          if (message instanceof Message.Request request) {
            asked.add(request);
          }
          return message;
        };
    writer.tongue = this::noted;
    return ends.get(0);
  }

  private Message noted(Message message) {
    if (message instanceof Message.Data data && data.proof().request() == 0) {
      pushed.add(data.proof());
    }
    return message;
  }

  @Test
  void theNewestBlockComesUnasked() throws IOException {
    meet(true);
    for (int block = 1; block <= 20; block++) {
      writer.append("block " + block);
      air.drive();
      assertThat(reader.log.get(block)).isEqualTo(bytes("block " + block));
    }
    assertThat(pushed).hasSize(20);
    assertThat(asked).isEmpty();
  }

  @Test
  void whoDoesNotAllowItIsAsked() {
    meet(false);
    writer.append("one");
    air.drive();
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(2);
    assertThat(pushed).isEmpty();
    assertThat(asked).hasSize(1);
  }

  @Test
  void blocksThatAreAppendedTogetherAreAskedFor() {
    meet(true);
    writer.append("one", "two");
    air.drive();
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(3);
    assertThat(pushed).isEmpty();
    assertThat(asked).hasSize(2);
  }

  @Test
  void whoDoesNotSayHowFarItIsGetsOneMoreAndNoOther() {
    meet(true);
    reader.tongue = message -> null;
    for (String value : List.of("one", "two", "three", "four")) {
      writer.append(value);
      air.drive();
    }
    assertThat(pushed).hasSize(2);
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(3);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("seeds", 40));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsMissingInWhateverOrderThingsHappen(long seed) throws IOException {
    Random random = new Random(seed);
    Air wild = new Air(random);
    Peer from = wild.writer("writer");
    Peer middle = wild.reader("middle");
    Peer to = wild.reader("reader");
    from.append("zero");
    List<End> ends = new ArrayList<>();
    ends.addAll(wild.connect(middle, from));
    ends.addAll(wild.connect(to, from));
    ends.addAll(wild.connect(to, middle));
    ends.forEach(end -> end.session.allowPush());
    from.tongue = this::noted;
    for (int round = 0; round < 100; round++) {
      for (int steps = random.nextInt(round % 2 == 0 ? 40 : 400); steps > 0; steps--) {
        wild.step();
      }
      if (random.nextInt(20) == 0 && from.log.length() > 2) {
        from.truncate(from.log.length() - 1);
      }
      from.append("round " + round);
    }
    wild.drive();

    assertThat(pushed).isNotEmpty();
    for (Peer peer : List.of(middle, to)) {
      assertThat(peer.log.head().roots()).as(wild.lastLines()).isEqualTo(from.log.head().roots());
      assertThat(peer.log.contiguousLength()).isEqualTo(from.log.length());
    }
    assertThat(ends).allSatisfy(end -> assertThat(end.session.trouble()).isEmpty());
    assertThat(ends).allSatisfy(end -> assertThat(end.session.unappliedBytes()).isZero());
  }

  @Test
  void whatWasNotAllowedIsNotLookedAt() {
    End end = meet(false);
    end.receive(new Message.Data(next(1)));
    air.drive();
    assertThat(reader.log.length()).isEqualTo(1);
    assertThat(end.session.unappliedBytes()).isZero();
  }

  @Test
  void onlyTheNextBlockIsTaken() {
    End end = meet(true);
    end.receive(new Message.Data(next(2)));
    air.drive();
    assertThat(reader.log.length()).as("that would leave a gap").isEqualTo(1);
    end.receive(new Message.Data(next(1)));
    air.drive();
    assertThat(reader.log.length()).isEqualTo(2);
    end.receive(new Message.Data(next(1)));
    air.drive();
    assertThat(reader.log.length()).isEqualTo(2);
    assertThat(end.session.trouble()).isEmpty();
    assertThat(end.session.unappliedBytes()).isZero();
  }

  @Test
  void whoPushesWrongBlocksIsNotListenedToForLong() {
    End end = meet(true);
    Proof wrong = next(1).withValues(List.of(bytes("wrong")));
    for (int times = 0; times < 20; times++) {
      end.receive(new Message.Data(wrong));
      air.drive();
    }
    assertThat(end.session.trouble()).hasValueSatisfying(why -> assertThat(why).contains("wrong"));
    assertThat(asked).as("questions whether the trees are the same").hasSizeLessThanOrEqualTo(3);
    assertThat(reader.log.length()).isEqualTo(1);
    assertThat(end.session.unappliedBytes()).isZero();

    Peer other = air.peer("other", Air.openWriter(new MemoryStorage()));
    other.append("zero");
    other.append("one");
    air.connect(reader, other);
    air.drive();
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(2);
  }

  /** Returns what the writer pushes once it has appended so many blocks more. */
  private Proof next(int appends) {
    Peer ahead = air.writer("ahead");
    ahead.append("zero");
    for (int block = 1; block <= appends; block++) {
      ahead.append("block " + block);
    }
    return ahead.log.proveNewest().orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
