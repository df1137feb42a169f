package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that lets us wait does not keep the reader from what another could bring at once. */
class SlowPeerTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");
  private final Slow slow = new Slow("slow");

  /** How often the reader asked for each block since this is noted. */
  private final Map<Long, Integer> asked = new HashMap<>();

  private int seconds;

  /** A peer with all that the writer has, whose answers are held back until they are let go. */
  private final class Slow {
    final Peer peer;
    final Deque<Message> held = new ArrayDeque<>();

    Slow(String name) {
      peer = air.peer(name, writer.log);
      peer.tongue = this::hold;
    }

    private @Nullable Message hold(@Nullable Message message) {
      if (message instanceof Message.Data data && data.proof().request() != 0) {
        held.add(message);
        return null;
      }
      return message;
    }

    /** Answers the oldest request. */
    void answerOne(End facing) {
      Message answer = held.poll();
      if (answer != null) {
        facing.receive(answer);
        air.drive();
      }
    }

    void answerAll(End facing) {
      while (!held.isEmpty()) {
        answerOne(facing);
      }
    }
  }

  private End connect(Peer peer) {
    End end = air.connect(reader, peer).get(0);
    air.drive();
    return end;
  }

  /** Lets seconds pass, and the driver look after the sessions at every fifth. */
  private void pass(int count) {
    for (int i = 0; i < count; i++) {
      seconds++;
      air.nowNanos += Duration.ofSeconds(1).toNanos();
      if (seconds % 5 == 0) {
        reader.replication.sessions().forEach(session -> session.onTimeout(air.nowNanos));
        air.pump();
      }
      air.drive();
    }
  }

  private Message noted(Message message) {
    if (message instanceof Message.Request request && request.request().block() != null) {
      asked.merge(request.request().block().index(), 1, Integer::sum);
    }
    return message;
  }

  /** The reader knows how long the log is, and has none of its blocks. */
  private void knowHead() throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, writer.log.length());
    Made head = writer.log.prove(new ProofRequest(1, 0, null, null, null, all, true, 0));
    reader.log.apply(((Made.Ready) head).proof());
  }

  private void assertHasAll() {
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(writer.log.length());
  }

  /** Neither end has been blamed for anything, nor is asked less well than before. */
  private static void assertInGoodStanding(End end) {
    assertThat(end.session.isOpen()).isTrue();
    assertThat(end.session.trouble()).isEmpty();
    assertThat(end.session.requests().isCautious()).isFalse();
    assertThat(end.session.unappliedBytes()).isZero();
  }

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
    for (int round = 0; round < 20; round++) {
      from.append(numbered(50));
      while (busy.step()) {
        busy.nowNanos += Duration.ofMillis(5).toNanos();
        to.replication.sessions().forEach(session -> session.onTimeout(busy.nowNanos));
        busy.pump();
      }
    }

    assertThat(to.log.contiguousLength()).as(busy.lastLines()).isEqualTo(1000);
    assertThat(busy.nowNanos).isGreaterThan(Duration.ofSeconds(10).toNanos());
    assertThat(asked).hasSize(1000);
    assertThat(asked.values()).containsOnly(1);
  }

  @Test
  void slowPeersAreEachAskedOnceAndTheirAnswersCount() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    reader.tongue = this::noted;

    pass(20);
    assertThat(asked.values()).as("of the second, once").hasSize(50).containsOnly(1);
    assertThat(block(other.held.getFirst())).as("what would come last otherwise").isEqualTo(49);
    slow.answerAll(facing);

    assertHasAll();
    other.answerAll(facingOther);
    assertThat(asked.values()).hasSize(50).containsOnly(1);
    assertInGoodStanding(facing);
    assertInGoodStanding(facingOther);
  }

  private static long block(Message answer) {
    Proof.Block block = ((Message.Data) answer).proof().block();
    return block == null ? -1 : block.index();
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
  void theSlowPeerIsGoneBeforeTheOtherHasAnswered() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(50);

    reader.tongue = this::noted;
    facing.disconnect();
    connect(air.peer("third", writer.log));
    assertThat(asked).as("the second is asked still").isEmpty();
    other.answerAll(facingOther);

    assertHasAll();
    assertInGoodStanding(facingOther);
  }

  @Test
  void theOtherPeerIsGoneBeforeTheSlowOneHasAnswered() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(50);

    reader.tongue = this::noted;
    facingOther.disconnect();
    air.drive();
    pass(5);
    assertThat(asked).as("the first is asked already").isEmpty();
    slow.answerAll(facing);

    assertHasAll();
    assertInGoodStanding(facing);
  }

  @Test
  void whenTheOtherPeerIsGoneAThirdIsAskedAtOnce() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    connect(air.peer("third", writer.log));
    assertThat(reader.log.contiguousLength()).isZero();

    facingOther.disconnect();
    air.drive();

    assertHasAll();
    slow.answerAll(facing);
    assertInGoodStanding(facing);
  }

  @Test
  void whatTheSlowPeerRefusesIsStillAskedOfTheOtherOnly() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    connect(air.peer("third", writer.log));

    reader.tongue = this::noted;
    refuseAll(slow, facing);
    assertThat(asked).isEmpty();
    other.answerAll(facingOther);

    assertHasAll();
    assertInGoodStanding(facingOther);
  }

  @Test
  void whatBothRefuseIsAskedOfAThird() throws IOException {
    writer.append(numbered(20));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(20);
    refuseAll(other, facingOther);
    refuseAll(slow, facing);

    connect(air.peer("third", writer.log));

    assertHasAll();
  }

  private void refuseAll(Slow peer, End facing) {
    for (Message answer; (answer = peer.held.poll()) != null; ) {
      long request = ((Message.Data) answer).proof().request();
      facing.receive(new NoData(request, NoData.NOT_AVAILABLE));
      air.drive();
    }
  }

  @Test
  void aFalseLongerLengthDoesNotKeepTheTrueOneAway() {
    writer.append(numbered(20));
    End liar = connectLiar(1000);
    assertThat(reader.log.length()).isZero();
    pass(4);

    connect(air.peer("honest", writer.log));

    assertThat(seconds).isEqualTo(4);
    assertHasAll();
    assertThat(liar.session.isOpen()).isTrue();
  }

  @Test
  void aFalseLengthIsAskedForOnceUntilItIsAnswered() {
    writer.append(numbered(20));
    End liar = connectLiar(1000);
    connect(air.peer("honest", writer.log));
    pass(5);
    assertHasAll();

    claim(liar, 2000);
    writer.append("more");
    air.drive();

    assertHasAll();
    assertThat(heads("liar")).hasSize(1);
    pass(25);
    assertThat(liar.session.isDone()).as("it has not answered for 30 s").isTrue();
  }

  /** Returns the requests for a longer or later log to one peer. */
  private List<String> heads(String peer) {
    return air.transcript.stream()
        .filter(line -> line.startsWith("reader -> " + peer) && line.contains("upgrade"))
        .toList();
  }

  /** Connects a peer that says it has so many blocks, and answers nothing. */
  private End connectLiar(long length) {
    Peer liar = air.reader("liar");
    liar.tongue = message -> null;
    End end = connect(liar);
    claim(end, length);
    return end;
  }

  private void claim(End liar, long length) {
    liar.receive(new Range(false, 0, length));
    liar.receive(new Sync(0, length, reader.log.length(), true, true, true, true, false));
    air.drive();
  }

  @Test
  void aLateAnswerForTheHeadIsNoFaultAndBarsNobody() {
    writer.append(numbered(20));
    End facing = connect(slow.peer);
    End honest = connect(air.peer("honest", writer.log));
    pass(5);
    assertHasAll();
    slow.answerAll(facing);
    assertInGoodStanding(facing);
    honest.disconnect();

    slow.peer.tongue = message -> message;
    writer.append("more");
    air.drive();

    assertHasAll();
    assertInGoodStanding(facing);
  }

  @Test
  void aShorterHeadThatComesLateIsNotHeldAgainstThePeerThatWasAskedInstead() {
    writer.append(numbered(20));
    End facing = connect(slow.peer);
    writer.append(numbered(30));
    Slow other = new Slow("other");
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).isNotEmpty();

    slow.answerOne(facing);
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(20);
    other.answerAll(facingOther);
    other.peer.tongue = message -> message;
    pass(10);

    assertHasAll();
    assertInGoodStanding(facing);
    assertInGoodStanding(facingOther);
  }

  /**
   * Each answer leads the search for what two forks share; the slow peer's are of another length.
   */
  @Test
  void lateAnswersAboutAForkAreNoFault() {
    writer.append(numbered(100));
    Peer copy = air.reader("copy");
    End source = air.connect(copy, writer).get(0);
    End late = connect(copy);
    End honest = connect(writer);
    assertHasAll();
    late.disconnect();
    honest.disconnect();
    writer.truncate(70);
    writer.append(numbered(17));
    air.drive();
    assertThat(copy.log.length()).isEqualTo(87);
    source.disconnect();
    writer.append(numbered(9));
    copy.tongue = slow::hold;
    late = connect(copy);
    Slow other = new Slow("other");
    honest = connect(other.peer);

    for (int answers = 0; answers < 20; answers++) {
      pass(5);
      slow.answerOne(late);
      pass(5);
      other.answerOne(honest);
    }
    slow.answerAll(late);
    other.answerAll(honest);
    other.peer.tongue = message -> message;
    air.drive();

    assertThat(reader.log.fork()).as(air.lastLines()).isEqualTo(1);
    assertThat(late.session.trouble()).as(air.lastLines()).isEmpty();
    assertThat(honest.session.trouble()).isEmpty();
    assertThat(heads("copy")).isNotEmpty();
    pass(60);
    assertHasAll();
  }

  /** Whoever has an older fork answers late, and so just when the newest is being searched. */
  @Test
  void anOlderForkThatComesLateDoesNotKeepTheNewestAway() {
    writer.append(numbered(100));
    Peer old = air.reader("old");
    End source = air.connect(old, writer).get(0);
    End first = connect(writer);
    assertHasAll();
    first.disconnect();
    writer.truncate(70);
    writer.append(numbered(17));
    air.drive();
    assertThat(old.log.fork()).isEqualTo(1);
    source.disconnect();
    writer.truncate(50);
    writer.append(numbered(23));
    old.tongue = slow::hold;
    End late = connect(old);
    pass(4);
    Slow newest = new Slow("newest");
    End honest = connect(newest.peer);
    newest.answerOne(honest);

    slow.answerOne(late);
    newest.answerAll(honest);
    newest.peer.tongue = message -> message;
    pass(60);

    assertThat(reader.log.fork()).as(air.lastLines()).isEqualTo(2);
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

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("seeds", 40));
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
        if (wild.nowNanos < end.session.nextTimeoutNanos()) {
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

  private static List<byte[]> numbered(int count) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(new byte[] {(byte) i, (byte) (i >> 8)});
    }
    return values;
  }
}
