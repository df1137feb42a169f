package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a log whose writer signed two histories, on all of its peers. */
final class TwoHistoriesTest {
  @Test
  void twoHistoriesOfOneLengthAreFoundOutWithoutAnyGrowth() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    writer.append("one", "two", "three");
    copy.append("one", "two", "3");
    air.connect(reader, writer);
    air.drive();
    assertThat(reader.log.evidence()).isEmpty();

    air.connect(reader, copy);
    air.drive();

    assertThat(reader.log.evidence()).isPresent();
    assertThat(reader.log.evidence().get().agreedLength()).isEqualTo(2);
    assertThat(copy.log.evidence()).isPresent();
  }

  @Test
  void twoHeadsOfOneLengthFreezeTheLogAndAreShownToThePeer() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append("one", "two", "three");
    End end = air.connect(reader, writer).get(0);
    air.drive();
    end.disconnect();
    Peer liar = air.writer("liar");
    liar.append("one", "2", "three", "four");
    air.connect(reader, liar);
    air.drive();

    assertThat(reader.log.evidence()).isPresent();
    assertThat(liar.log.evidence()).as("the liar is shown what it did").isPresent();
  }

  @ParameterizedTest
  @MethodSource("dev.usernameregistry.net.replication.ReplicationTest#seeds")
  void allPeersOfALogWithTwoHistoriesFreezeItAndHaveWhatIsBeyondDispute(long seed)
      throws IOException {
    freezeAll(new Random(seed), true);
  }

  @ParameterizedTest
  @MethodSource("dev.usernameregistry.net.replication.ReplicationTest#seeds")
  void alsoIfThoseWhoHaveThemMeetThroughOthersOnly(long seed) throws IOException {
    freezeAll(new Random(seed), false);
  }

  private static void freezeAll(Random random, boolean direct) throws IOException {
    Air air = new Air(random);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    List<byte[]> common = ReplicationTest.values(random, 8 + random.nextInt(4));
    writer.append(common);
    copy.append(common);
    writer.append(Collections.nCopies(15 - common.size(), new byte[] {1}));
    copy.append(Collections.nCopies(1 + random.nextInt(10), new byte[] {2}));
    List<Peer> peers = new ArrayList<>(List.of(writer, copy));
    List<Peer> complete = new ArrayList<>(peers);
    List<End> ends = new ArrayList<>();
    if (direct) {
      ends.addAll(air.connect(writer, copy));
    }
    for (String name : List.of("one", "two", "three", "four")) {
      Peer reader = air.reader(name);
      Peer source = peers.get(random.nextInt(peers.size()));
      ends.addAll(air.connect(reader, source));
      if (source == writer || source == copy) {
        ends.addAll(air.connect(reader, source == writer ? copy : writer));
        complete.add(reader);
      }
      peers.add(reader);
      for (int steps = random.nextInt(30); steps > 0; steps--) {
        air.step();
      }
    }
    ends.forEach(end -> end.session.allowPush());
    air.drive();

    long agreed = writer.log.length();
    String last = air.lastLines();
    assertThat(agreed).as(last).isEqualTo(common.size());
    for (End end : ends) {
      assertThat(end.session.trouble()).as("%s%n%s", end.owner.name, last).isEmpty();
    }
    for (Peer peer : peers) {
      boolean nothing = peer.log.head().length() == 0 && !complete.contains(peer);
      assertThat(nothing || peer.log.evidence().isPresent()).as("%s%n%s", peer.name, last).isTrue();
      long length = nothing ? 0 : agreed;
      assertThat(peer.log.length()).as(peer.name).isEqualTo(length);
      assertThat(peer.log.contiguousLength()).as("%s%n%s", peer.name, last).isEqualTo(length);
      for (int block = 0; block < length; block++) {
        assertThat(peer.log.get(block)).isEqualTo(common.get(block));
      }
    }
  }

  @Test
  void whoKnowsOfTheConflictBeforeItHasABlockFetchesWhatIsBeyondDisputeOfEitherSide()
      throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    List<byte[]> common = ReplicationTest.values(new Random(1), 6);
    writer.append(common);
    copy.append(common);
    writer.append("mine");
    copy.append("other");
    writer.tongue = message -> hasBlock(message) ? null : message;
    copy.tongue = message -> hasBlock(message) ? null : message;
    air.connect(reader, writer);
    air.connect(reader, copy);
    air.drive();
    assertThat(reader.log.evidence()).as(air.lastLines()).isPresent();
    assertThat(reader.log.length()).isEqualTo(6);
    assertThat(reader.log.firstStored(0, 7)).as("no block").isEqualTo(7);

    Log reopened = reader.log;
    Peer again = air.peer("again", reopened);
    air.connect(again, air.peer("copy again", copy.log));
    air.drive();

    assertThat(reopened.contiguousLength()).as(air.lastLines()).isEqualTo(6);
    assertThat(reopened.get(5)).isEqualTo(common.get(5));
  }

  @Test
  void aPeerOfAnotherKindIsShownTheConflictOnceItHasWhatIsBeyondDispute() {
    Air air = new Air(null);
    Peer frozen = air.reader("frozen");
    freeze(air, frozen);
    Peer late = air.reader("late");
    List<Message> said = new ArrayList<>();
    frozen.tongue =
        message -> {
          said.add(message);
          return message;
        };

    air.connect(late, frozen);
    air.drive();

    assertThat(late.log.evidence()).as(air.lastLines()).isPresent();
    int shown = said.indexOf(said.stream().filter(TwoHistoriesTest::isShown).findFirst().get());
    List<Message> before = said.subList(0, shown);
    assertThat(before.stream().filter(TwoHistoriesTest::hasBlock).count())
        .as(air.lastLines())
        .isEqualTo(6);
  }

  @Test
  void aPeerOfAnotherKindIsAskedHowFarTheTreesAgreeBeforeItIsShownThem() {
    Air air = new Air(null);
    freeze(air, air.reader("reader"));

    List<String> toCopy =
        air.transcript.stream().filter(line -> line.startsWith("reader -> copy")).toList();
    int lastAsked = lastIndex(toCopy, "hash=");
    assertThat(lastAsked).as(air.lastLines()).isNotNegative();
    assertThat(lastIndex(toCopy, "data id=0")).as(air.lastLines()).isGreaterThan(lastAsked);
    long checks = toCopy.stream().filter(line -> line.contains("data id=0")).count();
    assertThat(checks).as("two answers, and two proofs that end the session").isEqualTo(4);
  }

  @Test
  void whoWasEmptyWhenItWasConnectedIsShownThatNoBlockIsBeyondDispute() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer frozen = air.reader("frozen");
    Peer late = air.reader("late");
    writer.append("a", "b");
    copy.append("x", "y");
    for (Peer each : List.of(writer, copy)) {
      End end = air.connect(frozen, each).get(0);
      air.drive();
      end.disconnect();
    }
    assertThat(frozen.log.evidence()).isPresent();
    assertThat(frozen.log.length()).isZero();
    air.connect(late, frozen).forEach(end -> end.session.allowPush());
    air.drive();
    Peer again = air.writer("again");
    again.append("a", "b");

    air.connect(late, again);
    air.drive();

    assertThat(late.log.evidence()).as(air.lastLines()).isPresent();
  }

  private static int lastIndex(List<String> lines, String part) {
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      last = lines.get(i).contains(part) ? i : last;
    }
    return last;
  }

  @Test
  void whoWasFrozenForLessThanBothTreesAgreeOnAsksWhoeverComesNext() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    writeTwoHistories(writer, copy);
    End end = air.connect(reader, writer).get(0);
    air.drive();
    end.disconnect();
    ProofRequest whole = ProofRequest.of(0, 0, new ProofRequest.Upgrade(0, 8));
    reader.log.apply(((Made.Ready) copy.log.prove(whole)).proof());
    assertThat(reader.log.evidence().orElseThrow().agreedLength()).isZero();
    copy.append("longer");

    air.connect(reader, copy);
    air.drive();

    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(6);
    assertThat(copy.log.length()).as(air.lastLines()).isEqualTo(6);
  }

  @Test
  void ifTheOneDoesNotAnswerHowFarTheTreesAgreeAnotherIsAsked() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer silent = air.writer("silent");
    Peer copy = air.peer("copy", silent.log);
    Peer reader = air.reader("reader");
    writeTwoHistories(writer, silent);
    silent.tongue =
        message ->
            message instanceof Message.Data data && data.proof().hash() != null ? null : message;
    End end = air.connect(reader, writer).get(0);
    air.drive();
    end.disconnect();

    air.connect(reader, silent);
    air.connect(reader, copy);
    air.drive();

    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(6);
  }

  /** Lets {@code reader} meet two copies that agree on six blocks of eight. */
  private static void freeze(Air air, Peer reader) {
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    writeTwoHistories(writer, copy);
    End first = air.connect(reader, writer).get(0);
    air.drive();
    first.disconnect();
    End second = air.connect(reader, copy).get(0);
    air.drive();
    second.disconnect();
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(6);
  }

  private static void writeTwoHistories(Peer writer, Peer copy) {
    List<byte[]> common = ReplicationTest.values(new Random(1), 6);
    writer.append(common);
    copy.append(common);
    writer.append("mine", "too");
    copy.append("other", "too");
  }

  private static boolean isShown(Message message) {
    return message instanceof Message.Data data && data.proof().request() == 0;
  }

  private static boolean hasBlock(Message message) {
    return message instanceof Message.Data data && data.proof().block() != null;
  }
}
