package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When peers compare their trees, beside where one of two histories is looked for. */
final class ComparingTest {
  /** Both were compared when they were connected, and never are again. */
  @Test
  void twoCopiesThatAreConnectedAndBothAppendAsMuch() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    writer.append("one", "two");
    copy.append("one", "two");
    push(air.connect(reader, writer));
    air.drive();
    push(air.connect(reader, copy));
    push(air.connect(writer, copy));
    air.drive();

    writer.append("mine");
    copy.append("other");
    air.drive();

    assertThat(reader.log.length()).isGreaterThanOrEqualTo(2);
    assertThat(reader.log.evidence()).as(air.lastLines()).isPresent();
  }

  /** Else nobody asks the other for anything: each has as much as the other says it has. */
  @Test
  void twoReadersThatComeToTheSameLengthByTwoHistories() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer one = air.reader("one");
    Peer other = air.reader("other");
    writer.append("first", "second");
    copy.append("first", "second");
    push(air.connect(one, writer));
    push(air.connect(other, copy));
    push(air.connect(one, other));
    air.drive();

    writer.append("mine");
    copy.append("yours");
    air.drive();

    for (Peer peer : List.of(writer, copy, one, other)) {
      assertThat(peer.log.evidence()).as(air.lastLines()).isPresent();
      assertThat(peer.log.length()).isEqualTo(2);
    }
  }

  @Test
  void onlyPeersOfThisLibraryAreToldWhichTreeItIs() {
    for (boolean ours : List.of(true, false)) {
      Air air = new Air(null);
      Peer writer = air.writer("writer");
      Peer reader = air.reader("reader");
      List<Sync> said = new ArrayList<>();
      writer.tongue =
          message -> {
            if (message instanceof Sync sync) {
              said.add(sync);
            }
            return message;
          };
      writer.append("first");
      List<End> ends = air.connect(reader, writer);
      if (ours) {
        push(ends);
      }
      air.drive();

      Sync last = said.get(said.size() - 1);
      assertThat(last.length()).isEqualTo(1);
      assertThat(last.treeTag()).isEqualTo(ours ? Sync.treeTag(writer.log.head().roots()) : 0);
      assertThat(last.payload()).hasSize(ours ? 4 + 6 : 4);
    }
  }

  /** Each costs a signature that is checked. */
  @Test
  void whoAlwaysSaysThatItHasAnotherTreeIsAskedForItAFewTimes() {
    assertThat(comparisons(true, false)).isEqualTo(16);
    assertThat(comparisons(true, true)).as("of one that nothing is asked of").isZero();
    assertThat(comparisons(false, false)).as("of a JavaScript peer").isZero();
  }

  private static int comparisons(boolean ours, boolean stopped) {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append("first", "second");
    List<End> ends = air.connect(reader, writer);
    if (ours) {
      push(ends);
    }
    air.drive();
    End end = ends.get(0);
    if (stopped) {
      end.session.requests().stop("the disk is full");
    }
    List<Message> asked = new ArrayList<>();
    reader.tongue =
        message -> {
          if (message instanceof Message.Request request && request.request().id() == 0) {
            asked.add(message);
          }
          return message;
        };
    for (int tag = 1; tag <= 50; tag++) {
      end.receive(new Sync(0, 2, 2, true, true, true, true, ours, tag));
      air.drive();
    }
    return asked.size();
  }

  /** A peer that ends the session when it is shown a conflict serves its own history until then. */
  @Test
  void aPeerThatEndsAtAConflictIsNotShownItWhileItsBlocksAreFetched() throws IOException {
    for (int seed = 0; seed < 100; seed++) {
      Air air = new Air(new Random(seed));
      Peer writer = air.writer("writer");
      Peer copy = air.writer("copy");
      Peer reader = air.reader("reader");
      List<byte[]> common = ReplicationTest.values(new Random(1), 90);
      writer.append(common);
      copy.append(common);
      writer.append("mine", "too");
      copy.append("other", "too");
      List<End> ends = new ArrayList<>(air.connect(reader, writer));
      leaveAtConflict(writer, ends);
      for (int i = 0; i < 30; i++) {
        air.step();
      }
      push(air.connect(reader, copy));
      air.drive();

      assertThat(reader.log.contiguousLength()).as(seed + air.lastLines()).isEqualTo(90);
    }
  }

  /** Who is shorter than both trees agree is frozen by inexact evidence, and stays so for ever. */
  @Test
  void whoIsShorterThanBothTreesAgreeEndsAsAllOthers() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer reader = air.reader("reader");
    Peer late = air.reader("late");
    List<byte[]> common = ReplicationTest.values(new Random(1), 6);
    writer.append(common.subList(0, 5));
    End end = air.connect(late, writer).get(0);
    air.drive();
    end.disconnect();
    writer.append(common.subList(5, 6));
    copy.append(common);
    writer.append("mine", "too");
    copy.append("other", "too");
    end = air.connect(reader, writer).get(0);
    air.drive();
    end.disconnect();
    ProofRequest whole = ProofRequest.of(0, 0, new ProofRequest.Upgrade(0, 8));
    reader.log.apply(((Made.Ready) copy.log.prove(whole)).proof());
    air.connect(late, reader).forEach(one -> one.session.allowPush());
    air.drive();
    assertThat(late.log.length()).as("before: " + air.lastLines()).isIn(5L, 8L);

    air.connect(reader, copy).forEach(one -> one.session.allowPush());
    air.drive();

    assertThat(reader.log.length()).isEqualTo(6);
    assertThat(late.log.length()).as(air.lastLines()).isEqualTo(6);
  }

  /** What is beyond dispute is served by whoever has it, also if it had the head alone before. */
  @Test
  void whoIsFrozenWithTheHeadAloneServesWhatIsBeyondDispute() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.writer("copy");
    Peer exact = air.reader("exact");
    Peer sparse = air.reader("sparse");
    Peer fresh = air.reader("fresh");
    List<byte[]> common = ReplicationTest.values(new Random(1), 34);
    writer.append(common);
    copy.append(common);
    writer.append(ReplicationTest.values(new Random(2), 7));
    copy.append(ReplicationTest.values(new Random(3), 7));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 41);
    ProofRequest head = ProofRequest.of(1, 0, all).withManifest();
    sparse.log.apply(((Made.Ready) writer.log.prove(head)).proof());
    push(air.connect(exact, writer));
    push(air.connect(exact, copy));
    air.drive();
    assertThat(exact.log.evidence().orElseThrow().isExact()).isTrue();
    sparse.log.applyAll(exact.log.evidence().get().proofs());
    push(air.connect(sparse, copy));
    air.drive();
    assertThat(sparse.log.contiguousLength()).isEqualTo(34);

    push(air.connect(fresh, sparse));
    air.drive();

    assertThat(fresh.log.contiguousLength()).as(air.lastLines()).isEqualTo(34);
  }

  @Test
  void inAMeshEachIsComparedOnceHoweverMuchIsAppended() {
    Air air = new Air(new Random(7));
    Peer writer = air.writer("writer");
    List<Peer> peers = new ArrayList<>(List.of(writer));
    for (int i = 0; i < 7; i++) {
      peers.add(air.reader("r" + i));
    }
    for (int i = 0; i < 8; i++) {
      for (int k = 0; k < i; k++) {
        push(air.connect(peers.get(i), peers.get(k)));
      }
    }
    for (int i = 0; i < 100; i++) {
      writer.append("block " + i);
      if (i % 3 != 0) {
        air.drive();
      }
    }
    air.drive();
    long checks = air.transcript.stream().filter(line -> line.contains("request id=0")).count();
    assertThat(checks).isLessThanOrEqualTo(56);
  }

  /** What a hostile peer says makes us ask for its tree only so often. */
  @Test
  void aPeerThatRefusesAndAnnouncesAgainAndAgainIsNotAskedEachTime() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    Peer hostile = air.reader("hostile");
    writer.append("one", "two", "three");
    push(air.connect(hostile, writer));
    air.drive();
    push(air.connect(reader, writer));
    List<End> ends = air.connect(reader, hostile);
    air.drive();
    End end = ends.get(0);
    long before = air.transcript.stream().filter(l -> l.contains("request id=0")).count();
    for (int i = 0; i < 1000; i++) {
      end.receive(new NoData(0, NoData.NOT_AVAILABLE));
      end.receive(new Range(false, 0, 3));
      end.receive(new Sync(0, 3, 3, false, true, true, true, true, Sync.NO_TAG));
      air.drive();
    }
    long after = air.transcript.stream().filter(l -> l.contains("request id=0")).count();
    assertThat(after - before).isLessThanOrEqualTo(4);
  }

  private static void leaveAtConflict(Peer peer, List<End> ends) {
    peer.log.addListener(
        new LogListener() {
          @Override
          public void conflict(Log log, Evidence evidence) {
            ends.get(0).disconnect();
          }
        });
  }

  private static void push(List<End> ends) {
    ends.forEach(end -> end.session.allowPush());
  }
}
