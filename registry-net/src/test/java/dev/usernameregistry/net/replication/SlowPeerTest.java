package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that lets us wait does not keep the reader from what another could bring at once. */
class SlowPeerTest extends SlowPeerScene {
  @Test
  void aPeerThatAnswersJustBeforeItsTimeoutHoldsNothingForLong() {
    writer.append(numbered(300));
    End facing = connect(slow.peer);
    End honest = connect(air.peer("honest", writer.log));

    while (reader.log.contiguousLength() < 300) {
      pass(1);
      if (seconds % 29 == 0) {
        slow.answerOne(facing);
      }
    }

    assertThat(seconds).isLessThanOrEqualTo(10);
    slow.answerAll(facing);
    assertInGoodStanding(facing);
    assertInGoodStanding(honest);
  }

  @Test
  void blocksAreTakenOverAlthoughTheOtherPeerIsNeverQuiteIdle() throws IOException {
    writer.append(numbered(300));
    knowHead();
    connect(slow.peer);
    Peer busy = air.peer("busy", writer.log);
    List<Message> last = new ArrayList<>();
    busy.tongue =
        message -> {
          if (message instanceof Message.Data) {
            last.add(message);
            return last.size() == 1 ? null : message;
          }
          return message;
        };
    connect(busy);

    pass(10);

    assertThat(missing()).as(air.lastLines()).isLessThanOrEqualTo(1);
  }

  private int missing() {
    int missing = 0;
    for (long block = 0; block < writer.log.length(); block++) {
      missing += reader.log.has(block) ? 0 : 1;
    }
    return missing;
  }

  @Test
  void peersThatAnswerSoonAreNeverAskedForTheSame() {
    Air busy = new Air(new Random(1));
    Peer from = busy.writer("writer");
    Peer to = busy.reader("reader");
    busy.connect(to, from);
    busy.connect(to, busy.peer("copy", from.log));
    busy.drive();
    to.tongue = this::noted;
    long startNanos = busy.nowNanos;
    for (int round = 0; round < 20; round++) {
      from.append(numbered(50));
      while (busy.step()) {
        busy.nowNanos += Duration.ofMillis(5).toNanos();
        to.replication.sessions().forEach(session -> session.onTimeout(busy.nowNanos));
        busy.pump();
      }
    }

    assertThat(to.log.contiguousLength()).as(busy.lastLines()).isEqualTo(1000);
    assertThat(busy.nowNanos - startNanos).isGreaterThan(Duration.ofSeconds(10).toNanos());
    assertThat(asked).hasSize(1000);
    assertThat(asked.values()).containsOnly(1);
  }

  /** It may send a tree that nobody asked for, to be compared, and a block with it. */
  @Test
  void aSlowPeerCannotKeepABlockByShowingItWithoutBeingAsked() throws IOException {
    writer.append(numbered(50));
    knowHead();
    End facing = connect(slow.peer);
    Proof.Block last = new Proof.Block(49, new byte[1], List.of());
    Proof.Upgrade tree = new Proof.Upgrade(0, 50, List.of(), List.of(), new byte[64]);
    facing.receive(new Message.Data(new Proof(0, 0, last, null, null, tree, null)));
    air.drive();

    connect(air.peer("honest", writer.log));
    pass(10);

    assertHasAll();
  }

  @Test
  void aPushedBlockIsTakenAlthoughAnotherPeerIsAskedForIt() {
    writer.append("zero");
    List<End> ends = air.connect(reader, air.peer("pushing", writer.log));
    ends.forEach(end -> end.session.allowPush());
    air.drive();
    connectLiar(2);
    pass(4);

    reader.tongue = this::noted;
    writer.append("one");
    air.drive();

    assertHasAll();
    assertThat(asked).isEmpty();
  }

  /** With the last two, a peer was asked for 64 blocks that its shorter log could not prove. */
  static LongStream seeds() {
    return LongStream.concat(
        LongStream.rangeClosed(1, Long.getLong("seeds", 40)), LongStream.of(1_283, 1_434));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void allConvergeHoweverSlowTheyAreAndNobodyIsBlamed(long seed) {
    Random random = new Random(seed);
    Air wild = new Air(random);
    Peer from = wild.writer("writer");
    Peer middle = wild.reader("middle");
    Peer to = wild.reader("reader");
    from.append(numbered(50));
    List<End> ends = new ArrayList<>();
    ends.addAll(wild.connect(middle, from));
    ends.addAll(wild.connect(to, from));
    ends.addAll(wild.connect(to, middle));
    for (int round = 0; round < 60; round++) {
      for (int steps = random.nextInt(80); steps > 0; steps--) {
        wild.step();
        wild.nowNanos += Duration.ofMillis(random.nextInt(200)).toNanos();
        End end = ends.get(random.nextInt(ends.size()));
        if (!Times.isDue(end.session.nextTimeoutNanos(), wild.nowNanos)) {
          end.session.onTimeout(wild.nowNanos);
        }
        wild.pump();
      }
      if (random.nextInt(6) == 0) {
        from.truncate(random.nextInt((int) from.log.length() + 1));
      }
      from.append(numbered(1 + random.nextInt(10)));
    }
    wild.drive();

    for (Peer peer : List.of(middle, to)) {
      assertThat(peer.log.head().roots()).as(wild.lastLines()).isEqualTo(from.log.head().roots());
      assertThat(peer.log.contiguousLength()).isEqualTo(from.log.length());
    }
    assertThat(ends)
        .allSatisfy(
            end -> {
              assertThat(end.session.trouble()).isEmpty();
              assertThat(end.session.unappliedBytes()).isZero();
            });
  }
}
