package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogState;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer may do that no peer should. The other sessions and the log never notice. */
class HostilePeerTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final End end = connect();

  private End connect() {
    writer.append("one", "two", "three");
    Peer silent = air.reader("silent");
    silent.tongue = message -> null;
    return air.connect(writer, silent).get(0);
  }

  @Test
  void millionRequestsEndTheConnection() {
    assertThatThrownBy(
            () -> {
              for (int id = 1; id <= 1_000_000; id++) {
                end.receive(request(id, new ProofRequest.Block(0, 0), null));
              }
            })
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("4096");
  }

  @Test
  void requestsThatNobodyCanAnswerEndTheConnection() {
    assertThatThrownBy(
            () -> {
              for (int id = 1; id <= 1000; id++) {
                end.receive(request(id, null, new ProofRequest.Upgrade(2, 1000L * id)));
                end.receive(request(id, new ProofRequest.Block(0, 40), null));
                air.drive();
              }
            })
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("cannot be answered");
  }

  @Test
  void largeManifestsAreNotMadeForManyRequestsAtATime() throws IOException {
    Key signer = Air.SIGNER.publicKey();
    Manifest large =
        new Manifest(
            2,
            false,
            1,
            Manifest.single(signer).signers(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new byte[Manifest.BYTES_MAX]));
    MemoryStorage storage = new MemoryStorage();
    Log log = Log.open(storage.openLog(large.key()), large, Optional.of(Air.SIGNER));
    log.append(List.of(new byte[1]));
    Replication replication = new Replication(log);
    ReplicationSession session = replication.join(true, new byte[64], new PageBudget());
    session.open(replication.join(false, new byte[64], new PageBudget()).handshake(), 0);
    for (int id = 1; id <= 64; id++) {
      ProofRequest manifest = new ProofRequest(id, 0, null, null, null, null, true, 0);
      WireWriter out = new WireWriter();
      manifest.encode(out);
      session.receive(1, new WireReader(out.toByteArray()), 0);
    }
    for (int left = 64; left > 0; left--) {
      while (session.nextMessage() != null) {}
      Work work = Objects.requireNonNull(session.nextAnswer());
      work.run();
      work.finish(0);

      assertThat(session.nextMessage()).isInstanceOf(Message.Data.class);
      assertThat(session.nextMessage()).as("one is more than fits already").isNull();
    }
  }

  /** The manifest is that of the log, so whoever passes it on is not to blame. */
  @Test
  void aLogThatIsTooLargeToKeepIsAskedForOnceAndNobodyIsBlamed() throws IOException {
    Manifest large =
        new Manifest(
            2,
            false,
            1,
            Air.MANIFEST.signers(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new byte[5_000]));
    Log log = Log.open(new MemoryStorage().openLog(large.key()), large, Optional.of(Air.SIGNER));
    Peer stranger = air.peer("stranger", log);
    Peer follower = air.peer("follower", Air.openReader(new MemoryStorage(), large.key()));
    stranger.append("one", "two");
    End end = air.connect(follower, stranger).get(0);
    air.drive();
    int requested = end.requested;
    stranger.append("three");
    air.drive();

    assertThat(follower.log.manifest()).isEmpty();
    assertThat(end.requested).as(air.lastLines()).isPositive().isEqualTo(requested);
    assertThat(end.session.isOpen()).isTrue();
    assertThat(end.session.trouble())
        .contains(
            "its manifest has "
                + large.encode().length
                + " bytes, and of logs of others at most 1024 are kept");
  }

  /** JavaScript stores and passes on what a hostile peer has added to a signature. */
  @Test
  void whoPassedOnAPaddedSignatureIsAskedForTheNextHead() {
    Peer follower = air.reader("follower");
    writer.tongue = HostilePeerTest::padSignature;
    End end = air.connect(follower, writer).get(0);
    air.drive();
    assertThat(follower.log.length()).isZero();
    assertThat(end.requested).isPositive();

    writer.tongue = UnaryOperator.identity();
    writer.append("a head that nobody has padded");
    air.drive();

    assertThat(follower.log.length()).as(air.lastLines()).isEqualTo(writer.log.length());
    assertThat(end.session.trouble()).isEmpty();
  }

  private static @Nullable Message padSignature(@Nullable Message message) {
    if (!(message instanceof Message.Data data) || data.proof().upgrade() == null) {
      return message;
    }
    byte[] part = Arrays.copyOfRange(data.proof().upgrade().signature(), 1, 67);
    WireWriter padded = new WireWriter().uint(2).raw(part).raw(part).uint(0);
    return new Message.Data(data.proof().withSignature(padded.toByteArray()));
  }

  @Test
  void oddWantsAreAnsweredWithWhatThereIs() {
    Peer sparse = air.reader("sparse");
    End source = air.connect(writer, sparse).get(0);
    writer.tongue = HostilePeerTest::hideBlockZero;
    air.drive();
    source.disconnect();
    Peer silent = air.reader("silent");
    silent.tongue = message -> null;
    End odd = air.connect(sparse, silent).get(0);
    air.drive();
    air.transcript.clear();
    odd.receive(new Want(true, 1, 1, false));
    odd.receive(new Want(true, 33, WireReader.UINT_MAX, false));
    odd.receive(new Want(true, WireReader.UINT_MAX, WireReader.UINT_MAX, true));
    odd.receive(new Want(true, 0, WireReader.UINT_MAX, true));
    odd.receive(new Want(true, 0, 0, false));
    for (int i = 0; i < 10_000; i++) {
      odd.receive(new Want(true, i, WireReader.UINT_MAX - i, false));
    }
    air.drive();

    assertThat(air.transcript)
        .startsWith(
            "sparse -> silent    bitfield start=0 01100000000000000000000000000000",
            "sparse -> silent    range 1..2");
    assertThat(odd.session.isOpen()).isTrue();
  }

  @Test
  void unaskedDataIsIgnored() {
    Proof proof = Proof.of(17, 0, new Proof.Block(9, new byte[1000], List.of()));
    for (int i = 0; i < 1000; i++) {
      end.receive(new Message.Data(proof));
      end.receive(new NoData(i, 1));
    }
    air.drive();

    assertThat(end.session.unappliedBytes()).isZero();
    assertThat(writer.log.length()).isEqualTo(3);
  }

  /** Refuses, blindly, what it guesses that it will be asked, and so makes room for more of it. */
  @Test
  void aPeerThatReadsNothingMakesNoRoomForMoreRequests() throws IOException {
    Peer owner = air.writer("owner");
    owner.append(IntStream.range(0, 2000).mapToObj(Integer::toString).toArray(String[]::new));
    Peer reader = air.reader("other reader");
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 2000);
    Made head = owner.log.prove(ProofRequest.of(1, 0, all).withManifest());
    reader.log.apply(((Made.Ready) head).proof());

    ReplicationSession deaf = reader.replication.join(true, new byte[64], new PageBudget());
    deaf.open(owner.replication.join(false, new byte[64], new PageBudget()).handshake(), 0);
    receive(deaf, new Sync(0, 2000, 0, true, true, true, true, false, Sync.NO_TAG));
    receive(deaf, new Range(false, 0, 2000));
    air.pump();
    air.drive();
    for (long id = 1; id <= 4000; id++) {
      receive(deaf, new NoData(id, NoData.NOT_AVAILABLE));
      if (id % 100 == 0) {
        receive(deaf, new Range(false, 0, 2000));
        air.pump();
        air.drive();
      }
    }

    assertThat(waiting(deaf)).isBetween(512, 560);
  }

  /** Says, blindly, that it cannot show its tree, and then that it has more of it. */
  @Test
  void aPeerThatReadsNothingIsNotAskedForItsTreeAgainAndAgain() {
    end.receive(new Range(false, 0, 4));
    end.receive(new Sync(0, 4, 3, true, true, true, true, false, Sync.NO_TAG));
    air.drive();
    Proof.Upgrade upgrade = new Proof.Upgrade(3, 1, List.of(), List.of(), new byte[68]);
    Proof.Block block = new Proof.Block(3, new byte[1], List.of());
    end.receive(new Message.Data(new Proof(1, 0, block, null, null, upgrade, null)));
    air.drive();
    assertThat(end.session.trouble()).isPresent();

    for (int i = 0; i < 1000; i++) {
      receive(end.session, new NoData(0, NoData.NOT_AVAILABLE));
      receive(end.session, new Range(false, 0, 4));
    }

    assertThat(waiting(end.session)).isLessThan(5);
  }

  /** It may not be asked for that yet, as it is too far behind the first missing block. */
  @Test
  @Timeout(20)
  void whatAPeerHasFarBehindIsNotSearchedForEachOfItsMessages() throws IOException {
    long blocks = 2 * Want.BLOCKS;
    Peer reader = air.peer("other reader", ofWhichNothingIsHere(blocks));
    ReplicationSession far = reader.replication.join(true, new byte[64], new PageBudget());
    far.open(writer.replication.join(false, new byte[64], new PageBudget()).handshake(), 0);
    receive(far, new Sync(0, blocks, blocks, true, true, true, true, false, Sync.NO_TAG));
    receive(far, new Range(false, Want.BLOCKS, Want.BLOCKS));
    assertThat(reader.replication.nextWork()).isNull();

    for (int i = 0; i < 5000; i++) {
      receive(far, new Range(false, Want.BLOCKS, 1));
      assertThat(reader.replication.nextWork()).isNull();
    }

    assertThat(waiting(far)).as("a sync, a check and a want of the first part").isEqualTo(3);
  }

  private static Log ofWhichNothingIsHere(long blocks) throws IOException {
    Key key = Air.MANIFEST.key();
    List<TreeNode> roots = List.of(new TreeNode(blocks - 1, blocks, new byte[32]));
    byte[] manifest = Air.MANIFEST.encode();
    LogState state = new LogState(key, 0, 0, roots, new byte[64], manifest, new byte[0]);
    LogStorage large =
        new ForwardingLogStorage(new MemoryStorage().openLog(key)) {
          @Override
          public long roomBytes() {
            return 1L << 50;
          }
        };
    large.commit(new Commit(state, 0, roots, Map.of(), true));
    return Log.open(large, key);
  }

  @Test
  void whatIsTakenBackBeforeItWasSentIsNeitherAskedNorCancelled() {
    Peer owner = air.writer("owner");
    Peer reader = air.reader("other reader");
    ReplicationSession slow = reader.replication.join(true, new byte[64], new PageBudget());
    slow.open(owner.replication.join(false, new byte[64], new PageBudget()).handshake(), 0);
    receive(slow, new Sync(0, 9, 0, true, true, true, true, false, Sync.NO_TAG));
    receive(slow, new Range(false, 0, 9));
    air.pump();
    Message first;
    do {
      first = Objects.requireNonNull(slow.nextMessage());
    } while (!(first instanceof Message.Request));
    receive(slow, new NoData(1, NoData.NOT_AVAILABLE));

    assertThat(slow.nextMessage()).isNull();
  }

  private static void receive(ReplicationSession session, Message message) {
    session.receive(message.type(), new WireReader(message.payload()), 0);
  }

  private static int waiting(ReplicationSession session) {
    int messages = 0;
    while (session.nextMessage() != null) {
      messages++;
    }
    return messages;
  }

  @Test
  void impossibleLengthEndsTheConnection() {
    Sync sync = new Sync(0, WireReader.UINT_MAX, 3, true, true, true, true, false, Sync.NO_TAG);
    assertThatThrownBy(() -> end.receive(sync)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void lengthThatIsNotTrueIsNotBelieved() {
    Sync sync = new Sync(0, 1L << 50, 3, true, true, true, true, false, Sync.NO_TAG);
    end.receive(new Range(false, 0, 1L << 50));
    end.receive(sync);
    air.drive();
    assertThat(end.session.remoteLength()).isEqualTo(1L << 50);
    assertThat(air.transcript)
        .contains("writer -> silent    request id=1 block=3 nodes=0 upgrade=3..1125899906842624");

    Proof.Upgrade upgrade =
        new Proof.Upgrade(3, (1L << 50) - 3, List.of(), List.of(), new byte[68]);
    Proof.Block block = new Proof.Block(3, new byte[1], List.of());
    end.receive(new Message.Data(new Proof(1, 0, block, null, null, upgrade, null)));
    air.drive();
    assertThat(end.session.trouble()).isPresent();
    assertThat(writer.log.length()).isEqualTo(3);
  }

  @Test
  void requestAndCancelAgainAndAgainLeavesNothingBehind() {
    for (int i = 0; i < 100_000; i++) {
      end.receive(request(5, new ProofRequest.Block(0, 0), null));
      end.receive(new Message.Cancel(5));
    }
    air.transcript.clear();
    air.drive();
    assertThat(air.transcript).hasSizeLessThan(5);
  }

  private static @Nullable Message hideBlockZero(@Nullable Message message) {
    return message instanceof Message.Data data
            && data.proof().block() != null
            && data.proof().block().index() == 0
        ? new NoData(data.proof().request(), NoData.NOT_AVAILABLE)
        : message;
  }

  private static Message request(
      long id, ProofRequest.@Nullable Block block, ProofRequest.@Nullable Upgrade upgrade) {
    return new Message.Request(new ProofRequest(id, 0, block, null, null, upgrade, false, 0));
  }
}
