package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplicationTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("seeds", 40));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readerHoldsAllInWhateverOrderThingsHappen(long seed) throws IOException {
    Random random = new Random(seed);
    Air air = new Air(random);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append(values(random, random.nextInt(200)));
    air.connect(writer, reader);
    for (int round = 0; round < 30; round++) {
      for (int steps = random.nextInt(40); steps > 0; steps--) {
        air.step();
      }
      writer.append(values(random, 1 + random.nextInt(5)));
    }
    air.drive();

    assertSame(air, writer, reader);
  }

  /** A peer that is asked no more has refused; to have brought something is no refusal. */
  @Test
  void aPeerThatAnnouncedOnceIsAskedForAllThatItHas() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append(Collections.nCopies(600, new byte[1]));
    writer.tongue = message -> message instanceof Message.Data ? message : null;
    End end = air.connect(reader, writer).get(0);

    end.receive(new Range(false, 0, 600));
    end.receive(new Sync(0, 600, 0, true, true, true, true, false, Sync.NO_TAG));
    air.drive();

    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(600);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void threePeersConvergeThroughCutsAndDisconnections(long seed) throws IOException {
    Random random = new Random(seed);
    Air air = new Air(random);
    Peer writer = air.writer("writer");
    Peer middle = air.reader("middle");
    Peer reader = air.reader("reader");
    writer.append(values(random, 50));
    air.connect(writer, middle);
    End end = air.connect(middle, reader).get(0);
    for (int round = 0; round < 30; round++) {
      for (int steps = random.nextInt(60); steps > 0; steps--) {
        air.step();
      }
      int what = random.nextInt(6);
      if (what == 0) {
        writer.truncate(random.nextInt((int) writer.log.length() + 1));
      } else if (what == 1) {
        end.disconnect();
        end = air.connect(middle, reader).get(0);
      }
      writer.append(values(random, 1 + random.nextInt(10)));
    }
    air.drive();

    assertSame(air, writer, middle);
    assertSame(air, writer, reader);
  }

  @Test
  void noBlockIsAskedFromTwoPeersAtATime() throws IOException {
    Air air = new Air(new Random(1));
    Peer writer = air.writer("writer");
    Peer copy = air.reader("copy");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(2), 1000));
    air.connect(writer, copy);
    air.drive();
    List<End> ends = new ArrayList<>();
    ends.add(air.connect(reader, writer).get(0));
    ends.add(air.connect(reader, copy).get(0));
    Map<Long, Integer> requests = new HashMap<>();
    reader.tongue =
        message -> {
          if (message instanceof Message.Request request && request.request().block() != null) {
            requests.merge(request.request().block().index(), 1, Integer::sum);
          }
          return message;
        };
    air.drive();

    assertSame(air, writer, reader);
    assertThat(requests).hasSize(1000);
    assertThat(requests.values()).containsOnly(1);
    assertThat(ends).allSatisfy(end -> assertThat(end.requested).isGreaterThan(50));
  }

  @Test
  void whatOnePeerDoesNotBringIsAskedFromAnother() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer copy = air.reader("copy");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(2), 200));
    air.connect(writer, copy);
    air.drive();
    End silent = air.connect(reader, copy).get(0);
    copy.tongue = message -> message instanceof Message.Data ? null : message;
    air.drive();
    assertThat(reader.log.length()).isZero();
    long dueNanos = air.nowNanos + Duration.ofSeconds(30).toNanos();
    assertThat(silent.session.nextTimeoutNanos()).isEqualTo(dueNanos);
    silent.session.onTimeout(air.nowNanos);
    assertThat(silent.session.isDone()).isFalse();

    air.connect(reader, writer);
    air.drive();
    assertThat(reader.log.length()).as("the one request for the head is still out").isZero();
    air.nowNanos = dueNanos;
    silent.session.onTimeout(air.nowNanos);
    air.pump();
    air.drive();

    assertThat(silent.session.isDone()).isTrue();
    assertSame(air, writer, reader);
  }

  @Test
  void sparsePeerServesWhatItHasAndTheRestComesLater() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer sparse = air.reader("sparse");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(3), 20));
    End source = air.connect(writer, sparse).get(0);
    writer.tongue =
        message ->
            message instanceof Message.Data data
                    && data.proof().block() != null
                    && data.proof().block().index() % 3 == 1
                ? new NoData(data.proof().request(), NoData.NOT_AVAILABLE)
                : message;
    air.drive();
    assertThat(sparse.log.contiguousLength()).isEqualTo(1);
    air.connect(sparse, reader);
    air.drive();
    for (long block = 0; block < 20; block++) {
      assertThat(reader.log.has(block)).isEqualTo(block % 3 != 1);
    }

    source.disconnect();
    writer.tongue = message -> message;
    air.connect(writer, sparse);
    air.drive();
    assertSame(air, writer, sparse);
    assertSame(air, writer, reader);
  }

  @Test
  void wrongBlockPausesThePeerUntilItHasShownTheSameTree() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(3), 10));
    End end = air.connect(reader, writer).get(0);
    int[] lies = {1};
    writer.tongue = message -> lie(message, 4, lies);
    air.drive();

    assertThat(air.transcript)
        .containsSubsequence(
            "reader -> writer    request id=0 upgrade=0..10",
            "writer -> reader    data id=0 upgrade=0..10[7,17]");
    assertThat(end.session.trouble()).isEmpty();
    assertSame(air, writer, reader);
  }

  @Test
  void answersWithoutTheOneTheyWereToFollowAreNoFaultAndAreAskedForAnew() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(3), 8));
    End end = air.connect(reader, writer).get(0);
    int[] denials = {1};
    writer.tongue =
        message ->
            message instanceof Message.Data data
                    && data.proof().block() != null
                    && data.proof().block().index() == 0
                    && denials[0]-- > 0
                ? new NoData(data.proof().request(), NoData.NOT_AVAILABLE)
                : message;
    air.drive();

    assertThat(air.transcript)
        .contains("reader -> writer    request id=3 block=1 nodes=0")
        .doesNotContain("reader -> writer    request id=0 upgrade=0..8");
    assertThat(end.session.trouble()).isEmpty();
    assertSame(air, writer, reader);
  }

  @Test
  void peerThatLiesAgainAndAgainIsAskedNoMore() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    writer.append(values(new Random(3), 10));
    End end = air.connect(reader, writer).get(0);
    int[] lies = {Integer.MAX_VALUE};
    writer.tongue = message -> lie(message, 4, lies);
    for (int i = 0; i < 10; i++) {
      air.drive();
      writer.append("more");
    }
    air.drive();

    assertThat(end.session.trouble()).hasValueSatisfying(t -> assertThat(t).contains("wrong"));
    assertThat(Integer.MAX_VALUE - lies[0]).isEqualTo(3);
    assertThat(reader.log.has(4)).isFalse();
    assertThat(end.session.remoteLength()).isEqualTo(20);

    air.connect(reader, air.peer("honest", writer.log));
    air.drive();
    assertSame(air, writer, reader);
  }

  @Test
  void wrongCapabilityEndsTheConnection() {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    Peer reader = air.reader("reader");
    ReplicationSession ours = writer.replication.join(true, new byte[64], new PageBudget());
    ReplicationSession sameRole = reader.replication.join(true, new byte[64], new PageBudget());
    ReplicationSession otherConnection =
        reader.replication.join(false, new byte[] {1}, new PageBudget());

    for (byte[] handshake :
        List.of(sameRole.handshake(), otherConnection.handshake(), new byte[0], new byte[33])) {
      assertThatThrownBy(() -> ours.open(handshake, 0))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void failingStorageStopsFetchingAndIsSaid() throws IOException {
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    LogStorage full = new FullDisk(new MemoryStorage().openLog(Air.MANIFEST.key()));
    Peer reader = air.peer("reader", Log.open(full, Air.MANIFEST.key()));
    writer.append("one");
    End end = air.connect(reader, writer).get(0);
    air.drive();
    assertThat(reader.replication.failure()).containsInstanceOf(IOException.class);
    assertThat(end.session.trouble())
        .hasValueSatisfying(t -> assertThat(t).contains("disk is full"));

    int said = air.transcript.size();
    writer.append("two");
    air.connect(reader, writer);
    air.drive();
    assertThat(air.transcript.subList(said, air.transcript.size()))
        .noneMatch(line -> line.startsWith("reader -> writer    request"));
  }

  /** Reads as another storage does, and cannot write. */
  private static final class FullDisk extends ForwardingLogStorage {
    FullDisk(LogStorage storage) {
      super(storage);
    }

    @Override
    public void commit(Commit commit) throws IOException {
      throw new IOException("the disk is full");
    }
  }

  private static Message lie(Message message, long block, int[] lies) {
    if (message instanceof Message.Data data
        && data.proof().block() != null
        && data.proof().block().index() == block
        && lies[0] > 0) {
      lies[0]--;
      Proof proof = data.proof();
      return new Message.Data(proof.withValues(List.of(new byte[] {1, 2, 3})));
    }
    return message;
  }

  static List<byte[]> values(Random random, int count) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[random.nextInt(30)];
      random.nextBytes(value);
      values.add(value);
    }
    return values;
  }

  private static void assertSame(Air air, Peer one, Peer other) throws IOException {
    assertThat(List.of(other.log.fork(), other.log.length(), other.log.contiguousLength()))
        .as(air.lastLines())
        .isEqualTo(List.of(one.log.fork(), one.log.length(), one.log.length()));
    assertThat(other.log.head().treeHash()).isEqualTo(one.log.head().treeHash());
    for (long block = 0; block < one.log.length(); block++) {
      assertThat(other.log.get(block)).isEqualTo(one.log.get(block));
    }
  }
}
