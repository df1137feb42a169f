package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
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
    Random random = new Random(seed);
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
    List<End> ends = new ArrayList<>(air.connect(writer, copy));
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

  private static boolean hasBlock(Message message) {
    return message instanceof Message.Data data && data.proof().block() != null;
  }
}
