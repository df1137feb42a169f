package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers of this library ask each other for all blocks below one node at once. */
class SubtreesTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");
  private final List<ProofRequest> asked = new ArrayList<>();

  private Message noted(Message message) {
    if (message instanceof Message.Request request) {
      asked.add(request.request());
    }
    return message;
  }

  private static List<byte[]> blocks(int count, int bytes) {
    return IntStream.range(0, count)
        .mapToObj(i -> Arrays.copyOf(bytes("block " + i), bytes))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private End connect(Peer one, Peer other) {
    List<End> ends = air.connect(one, other);
    ends.forEach(end -> end.session.allowPush());
    return ends.get(0);
  }

  private static void assertSame(Log log, List<byte[]> blocks, String why) throws IOException {
    assertThat(log.contiguousLength()).as(why).isEqualTo(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(log.get(i)).isEqualTo(blocks.get(i));
    }
  }

  /** Has these blocks fetched by the reader from the writer, and notes what that takes. */
  private void fetch(List<byte[]> blocks) throws IOException {
    writer.append(blocks);
    reader.tongue = this::noted;
    End end = connect(reader, writer);
    air.drive();
    assertSame(reader.log, blocks, air.lastLines());
    assertThat(end.session.trouble()).isEmpty();
  }

  @Test
  void aLogIsFetchedInFewRequests() throws IOException {
    fetch(blocks(1_003, 20));
    assertThat(asked).hasSizeLessThan(30);
  }

  @Test
  void whoIsNotKnownToBeOursIsAskedForOneBlockAtATime() throws IOException {
    List<byte[]> blocks = blocks(300, 20);
    writer.append(blocks);
    List<Integer> types = new ArrayList<>();
    reader.tongue =
        message -> {
          types.add(message.type());
          return noted(message);
        };
    air.connect(reader, writer);

    air.drive();

    assertSame(reader.log, blocks, air.lastLines());
    assertThat(asked).filteredOn(request -> request.block() != null).hasSize(300);
    assertThat(types).doesNotContain(Message.Extension.TYPE);
  }

  @Test
  void whatIsTooMuchForOneAnswerIsAskedForInParts() throws IOException {
    fetch(blocks(40, 30_000));
    assertThat(asked).hasSizeLessThan(40);
  }

  @Test
  void blocksLargerThanAnAnswerAreAskedForAlone() throws IOException {
    fetch(blocks(12, 300_000));
    assertThat(asked).filteredOn(request -> request.block() != null).hasSizeGreaterThan(11);
  }

  @Test
  void nothingOfABlockThatIsWrongIsStoredAndAnotherPeerBringsAll() throws IOException {
    List<byte[]> blocks = blocks(256, 20);
    writer.append(blocks);
    writer.tongue = SubtreesTest::withOneWrongBlock;
    End end = connect(reader, writer);
    air.drive();

    assertThat(end.session.trouble()).as(air.lastLines()).isPresent();
    assertThat(reader.log.has(129)).isFalse();
    assertThat(reader.log.has(128)).as("as it came together with the wrong one").isFalse();

    Peer honest = air.peer("honest", writer.log);
    connect(reader, honest);
    air.drive();
    assertSame(reader.log, blocks, air.lastLines());
  }

  private static Message withOneWrongBlock(Message message) {
    if (!(message instanceof Message.Data data)
        || data.proof().block() == null
        || data.proof().block().index() > 129
        || data.proof().block().end() <= 129) {
      return message;
    }
    Proof.Block block = data.proof().block();
    List<byte[]> values = new ArrayList<>(block.values());
    values.set((int) (129 - block.index()), bytes("wrong"));
    return new Message.Data(data.proof().withValues(values));
  }

  @Test
  void anAnswerOfAnotherSizeIsNone() throws IOException {
    List<byte[]> blocks = blocks(128, 20);
    writer.append(blocks);
    boolean[] changed = {false};
    writer.tongue =
        message -> {
          if (message instanceof Message.Data data
              && !changed[0]
              && data.proof().block() != null
              && data.proof().block().values().size() > 32) {
            changed[0] = true;
            Proof.Block block = data.proof().block();
            Proof half = data.proof().withValues(block.values().subList(0, 32));
            return new Message.Data(half);
          }
          return message;
        };
    End end = connect(reader, writer);

    air.drive();

    assertThat(changed[0]).isTrue();
    assertSame(reader.log, blocks, air.lastLines());
    assertThat(end.session.trouble()).isEmpty();
  }

  @Test
  void whatASlowPeerWasAskedForIsAskedOfAnother() throws IOException {
    List<byte[]> blocks = blocks(512, 20);
    writer.append(blocks);
    Peer slow = air.peer("slow", writer.log);
    slow.tongue =
        message ->
            message instanceof Message.Data data
                    && data.proof().block() != null
                    && data.proof().block().index() > 0
                ? null
                : message;
    connect(reader, slow);
    air.drive();
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isLessThan(128);

    End fast = connect(reader, writer);
    air.drive();
    air.nowNanos += Awaited.SLOW_NANOS + 1;
    for (int turns = 0; turns < 10; turns++) {
      fast.session.onTimeout(air.nowNanos);
      air.pump();
      air.drive();
    }

    assertSame(reader.log, blocks, air.lastLines());
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Timeout(60)
  void inWhateverOrderItHappensAllComeToHaveTheSame(int seed) throws IOException {
    Random random = new Random(seed);
    Air crowd = new Air(random);
    Peer source = crowd.writer("writer");
    List<Peer> readers = IntStream.range(0, 3).mapToObj(i -> crowd.reader("reader " + i)).toList();
    source.append(blocks(1 + random.nextInt(400), 1 + random.nextInt(4) * 3_000));
    List<Peer> all = new ArrayList<>(readers);
    all.add(source);
    for (int one = 0; one < all.size(); one++) {
      for (int other = one + 1; other < all.size(); other++) {
        List<End> ends = crowd.connect(all.get(one), all.get(other));
        if (random.nextInt(3) > 0) {
          ends.forEach(end -> end.session.allowPush());
        }
      }
    }
    for (int turn = 0; turn < 6; turn++) {
      for (int steps = random.nextInt(300); steps > 0 && crowd.step(); steps--) {}
      if (random.nextInt(3) == 0) {
        source.truncate(random.nextLong(source.log.length() + 1));
      }
      source.append(blocks(1 + random.nextInt(150), 20 + turn));
      if (random.nextInt(4) == 0) {
        all.forEach(peer -> peer.replication.sessions().forEach(session -> session.allowPush()));
      }
    }

    crowd.drive();

    for (Peer peer : readers) {
      assertThat(peer.log.fork()).as(crowd.lastLines()).isEqualTo(source.log.fork());
      assertThat(peer.log.head().roots())
          .as(crowd.lastLines())
          .isEqualTo(source.log.head().roots());
      assertThat(peer.log.contiguousLength()).as(crowd.lastLines()).isEqualTo(source.log.length());
      for (long block = 0; block < source.log.length(); block++) {
        assertThat(peer.log.get(block)).isEqualTo(source.log.get(block));
      }
    }
  }

  @Test
  void theBytesAreThoseOfTheTable() {
    Message.Request request =
        new Message.Request(ProofRequest.of(7, 1, new ProofRequest.Block(8, 2, 3)));
    TreeNode node = new TreeNode(27, 9, new byte[32]);
    Proof.Block block =
        new Proof.Block(8, List.of(bytes("a"), bytes(""), bytes("b"), bytes("cc")), List.of(node));
    Message.Data data = new Message.Data(Proof.of(7, 1, block));
    String name = "18" + HexFormat.of().formatHex(bytes("usernameregistry/subtree"));

    assertThat(hex(request)).isEqualTo(name + "00" + "07" + "01" + "13" + "03");
    assertThat(hex(data))
        .isEqualTo(
            name
                + "01070113"
                + "0161"
                + "00"
                + "0162"
                + "026363"
                + "01"
                + "1b"
                + "09"
                + "00".repeat(32));
    assertThat(data.expectedBytes()).isEqualTo(data.payload().length);
    assertThat(hex(decode(hex(request)))).isEqualTo(hex(request));
    assertThat(hex(decode(hex(data)))).isEqualTo(hex(data));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"00070108" + "03", "0007" + "01" + "fdff01" + "03", "000701", "01070113" + "0161"})
  void whatIsNotSoIsRefused(String behindName) {
    String name = "18" + HexFormat.of().formatHex(bytes("usernameregistry/subtree"));
    assertThatThrownBy(() -> decode(name + behindName))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static String hex(Message message) {
    return HexFormat.of().formatHex(message.payload());
  }

  private static Message decode(String hex) {
    WireReader in = new WireReader(HexFormat.of().parseHex(hex));
    return Objects.requireNonNull(Message.decode(Message.Extension.TYPE, in));
  }
}
