package dev.usernameregistry.bee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.testkit.AllocatedBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Trees that no honest writer makes: they are refused, and refusing them costs little. */
class BeeHostileTest {
  private final MemoryBlocks blocks = MemoryBlocks.of(List.of(BeeHeader.PLAIN.encode()));
  private final Bee bee = new Bee(blocks);

  @Test
  void aChildThatIsItsOwnParentIsRefused() throws IOException {
    append("m", node(keys(1), children(1, 0, 1, 0)));

    refusesEveryRead();
  }

  @Test
  void aChildOfBothItsNeighboursIsRefusedBeforeItIsShownTwice() throws IOException {
    append("a", node(keys(1), children()));
    append("m", node(keys(2), children(1, 0, 1, 0)));

    assertThatThrownBy(() -> bee.range(KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("order");
    Cursor<Entry> shown = bee.range(KeyRange.all());
    shown.next();
    shown.next();
    assertThatThrownBy(shown::next).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aTowerOfSharedChildrenIsNotWalkedExponentially() throws IOException {
    append("000", node(keys(1), children()));
    for (int seq = 2; seq < 31; seq++) {
      append(String.format("%03d", seq), node(keys(seq), children(seq - 1, 0, seq - 1, 0)));
    }

    long before = blocks.reads();
    refusesEveryRead();
    assertThat(blocks.reads() - before).isLessThan(200);
  }

  @Test
  void twoTowersWithTheSameKeysAreNotComparedExponentially() throws IOException {
    append("000", node(keys(1), children()), node(keys(1), children()));
    for (int seq = 2; seq < 31; seq++) {
      List<Object> left = node(keys(seq), children(seq - 1, 0, seq - 1, 0));
      List<Object> right = node(keys(seq), children(seq - 1, 1, seq - 1, 1));
      append(String.format("%03d", seq), left, right);
    }
    append("left", node(keys(31), children(30, 0, 30, 0)));
    append("right", node(keys(32), children(30, 1, 30, 1)));

    BeeSnapshot left = bee.checkout(32);
    assertThatThrownBy(() -> bee.snapshot().diff(left, KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aChainDeeperThanAnyTreeIsRefused() throws IOException {
    append("z", node(keys(1), children()));
    for (int seq = 2; seq < 100; seq++) {
      char key = (char) (200 - seq);
      append(String.valueOf(key), node(keys(seq), children(seq - 1, 0, 1, 0)));
    }

    assertThatThrownBy(() -> bee.range(KeyRange.all()).next())
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("deeper");
    assertThatThrownBy(() -> bee.get(bytes("!"))).isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> bee.put(bytes("!"), null))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> bee.delete(bytes("!"))).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aTreeOfAsManyLevelsAsThereMayBeIsReadAndWrittenAndOfOneMoreIsNot() throws IOException {
    appendTreeOfLevels(BlockReader.DEPTH_MAX);
    assertThat(bee.range(KeyRange.all()).toList()).hasSize(2 * BlockReader.DEPTH_MAX - 1);
    assertThat(bee.get(bytes("000"))).isPresent();
    assertThatThrownBy(() -> bee.delete(bytes("000"))).hasMessageContaining("at one depth");
    assertThat(bee.put(bytes("!"), null)).isTrue();

    appendTreeOfLevels(BlockReader.DEPTH_MAX + 1);
    assertIsTooDeep(() -> bee.range(KeyRange.all()).next());
    assertIsTooDeep(() -> bee.get(bytes("000")));
    assertIsTooDeep(() -> bee.delete(bytes("000")));
    assertIsTooDeep(() -> bee.put(bytes("!"), null));
  }

  @Test
  void theNextKeyOfADeletedOneIsNotSearchedDeeperEither() throws IOException {
    appendTreeOfLevels(BlockReader.DEPTH_MAX);
    long below = blocks.length() - 1;
    append("!", node(keys(below + 1), children()));
    append("#", node(keys(below + 2), children(below + 1, 0, below, 0)));

    assertThat(bee.get(bytes("#"))).isPresent();
    assertIsTooDeep(() -> bee.delete(bytes("#")));
  }

  private static void assertIsTooDeep(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("deeper than 32 levels");
  }

  /** Appends a tree in which the first child of every node is a leaf on the lowest level only. */
  private void appendTreeOfLevels(int levels) throws IOException {
    append("000", node(keys(blocks.length()), children()));
    for (int key = 1; key < 2 * levels - 1; key += 2) {
      long below = blocks.length() - 1;
      long right = below + 1;
      append(String.format("%03d", key + 1), node(keys(right), children()));
      append(String.format("%03d", key), node(keys(right + 1), children(below, 0, right, 0)));
    }
  }

  @Test
  void keysOutOfOrderAreRefused() throws IOException {
    append("b", node(keys(1), children()));
    append("a", node(keys(1, 2), children()));

    assertThatThrownBy(() -> bee.range(KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> bee.range(KeyRange.all().reversed()).toList())
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void theSameKeyTwiceIsRefused() throws IOException {
    append("a", node(keys(1), children()));
    append("b", node(keys(1, 1), children()));

    assertThatThrownBy(() -> bee.range(KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void keysBeforeTheStartOfTheRangeAreRefused() throws IOException {
    append("a", node(keys(1), children()));
    append("m", node(keys(2), children()));
    append("x", node(keys(2), children(1, 0, 1, 0)));

    assertThatThrownBy(() -> bee.range(KeyRange.all().gt(bytes("m"))).toList())
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aNodeWithoutKeysIsRefusedBelowTheRoot() throws IOException {
    append("a", node(keys(1), children(1, 1, 1, 1)), node(keys(), children()));

    refusesEveryRead();
  }

  @Test
  void aRootWithoutKeysHasNoChildren() throws IOException {
    append("a", node(keys(), children(1, 1)), node(keys(1), children()));

    refusesEveryRead();
  }

  @Test
  void wrongNumbersOfChildrenAreRefused() throws IOException {
    append("a", node(keys(1), children()));
    append("b", node(keys(2), children(1, 0)));
    refusesEveryRead();
    append("b", node(keys(3), children(1, 0, 1)));
    refusesEveryRead();
    append("b", node(keys(4), children(1, 0, 1, 0, 1, 0)));
    refusesEveryRead();
  }

  @Test
  void moreKeysThanANodeHoldsAreRefused() throws IOException {
    append("a", node(keys(1, 1, 1, 1, 1, 1, 1, 1, 1), children()));

    refusesEveryRead();
  }

  @Test
  void pointersToTheHeaderOrIntoTheFutureAreRefused() throws IOException {
    append("a", node(keys(0), children()));
    refusesEveryRead();
    append("a", node(keys(3), children()));
    refusesEveryRead();
    append("a", node(keys(3), children(1L << 52, 0, 1, 0)));
    refusesEveryRead();
  }

  @Test
  void offsetsOutOfRangeAreRefused() throws IOException {
    append("a", node(keys(1), children(1, 1L << 40, 1, 1L << 40)));
    refusesEveryRead();
    append("b", node(keys(2), children(2, 1, 2, 1)));
    refusesEveryRead();
  }

  @Test
  void aBlockWithoutNodesIsNoRoot() throws IOException {
    append("a");

    refusesEveryRead();
  }

  @Test
  void leavesAtDifferentDepthsAreNotMerged() throws IOException {
    append("a", node(keys(1), children()));
    append("c", node(keys(2), children()));
    append("e", node(keys(3), children()));
    append("b", node(keys(4), children(1, 0, 2, 0)));
    append("d", node(keys(5), children(4, 0, 3, 0)));

    assertThat(bee.range(KeyRange.all()).toList()).hasSize(5);
    assertThatThrownBy(() -> bee.delete(bytes("e"))).isInstanceOf(MalformedMessageException.class);
    assertThat(blocks.length()).isEqualTo(6);
  }

  @Test
  void aLogOfSomethingElseIsToldByItsHeader() throws IOException {
    ProtoWriter header = new ProtoWriter(8);
    header.bytes(1, bytes("hyperdrive"));
    MemoryBlocks other = MemoryBlocks.of(List.of(header.toByteArray(), new byte[] {10, 0, 18, 0}));
    Bee notBee = new Bee(other);

    assertThatThrownBy(() -> notBee.get(bytes("a")))
        .isInstanceOf(NotABeeException.class)
        .isInstanceOf(PeerFault.class)
        .hasMessageContaining("hyperdrive");
    assertThatThrownBy(notBee::header).isInstanceOf(NotABeeException.class);
    assertThatThrownBy(() -> notBee.history(1).next()).isInstanceOf(NotABeeException.class);
    assertThatThrownBy(() -> notBee.put(bytes("a"), null)).isInstanceOf(NotABeeException.class);
    assertThat(other.length()).isEqualTo(2);
  }

  @Test
  void whatABlockDidIsReadWithoutNotingEachOfItsLevels() {
    byte[] levels = new byte[5 + 2 * 1_000_000];
    for (int at = 5; at < levels.length; at += 2) {
      levels[at] = 0x0a; // each of no bytes
    }
    System.arraycopy(new byte[] {0x0a, 3, 0x0a, 1, 1}, 0, levels, 0, 5);
    ProtoWriter block = new ProtoWriter(64);
    block.bytes(1, levels);
    block.bytes(2, bytes("a"));
    BeeBlock decoded = BeeBlock.decode(1, block.toByteArray());

    assertThat(AllocatedBytes.by(decoded::change)).isLessThan(64 * 1024);
    assertThat(decoded.change().kind()).isEqualTo(Change.Kind.PUT);
  }

  @Test
  void whatIsNotedOfManyLevelsCountsAsRememberedToo() throws IOException {
    List<byte[]> values = new ArrayList<>();
    values.add(BeeHeader.PLAIN.encode());
    for (int seq = 1; seq <= 10; seq++) {
      byte[] levels = new byte[5 + 2 * 100_000];
      for (int at = 5; at < levels.length; at += 2) {
        levels[at] = 0x0a; // each of no bytes
      }
      System.arraycopy(new byte[] {0x0a, 3, 0x0a, 1, (byte) seq}, 0, levels, 0, 5);
      ProtoWriter block = new ProtoWriter(64);
      block.bytes(1, levels);
      block.bytes(2, bytes("a"));
      values.add(block.toByteArray());
    }
    MemoryBlocks stored = MemoryBlocks.of(values);
    Bee bee = new Bee(stored, BeeOptions.DEFAULT.withCacheBytesMax(4 << 20));

    for (int round = 1; round <= 2; round++) {
      for (int version = 2; version <= 11; version++) {
        assertThat(bee.checkout(version).get(bytes("a"))).isPresent();
      }
    }

    assertThat(stored.reads()).as("of 10 blocks that take 1.4 MB each, 4 fit").isEqualTo(1 + 20);
  }

  @Test
  void aLevelThatIsCutOffIsNoticedBehindTheKeyOfTheBlock() {
    ProtoWriter block = new ProtoWriter(64);
    block.bytes(1, new byte[] {0x0a, 3, 0x0a, 1, 1, 0x0a, 9});
    block.bytes(2, bytes("a"));
    BeeBlock decoded = BeeBlock.decode(1, block.toByteArray());

    assertThatThrownBy(decoded::change).isInstanceOf(MalformedMessageException.class);
  }

  /** A newer writer's fields: each wire type says how long it is. */
  @Test
  void fieldsThatAreNotKnownAreSteppedOver() {
    String fixed64 = "29" + "07".repeat(8); // a tag that ends in 7 has no wire type
    String fixed32 = "35" + "07".repeat(4);
    String varint = "38" + "8707";
    String text = "4a02" + "0707";
    byte[] block =
        HexFormat.of().parseHex(fixed64 + "0a00" + fixed32 + "120161" + varint + "1a0162" + text);

    Entry entry = BeeBlock.decode(1, block).entry();
    assertThat(entry.key()).isEqualTo(bytes("a"));
    assertThat(entry.value()).contains(bytes("b"));
  }

  private void refusesEveryRead() throws IOException {
    assertThatThrownBy(() -> bee.range(KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> bee.range(KeyRange.all().reversed()).toList())
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> bee.snapshot().diff(bee.checkout(1), KeyRange.all()).toList())
        .isInstanceOf(MalformedMessageException.class);
    try {
      bee.get(bytes("q"));
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  /** Appends a block as nobody would write it. */
  @SafeVarargs
  private void append(String key, List<Object>... nodes) throws IOException {
    ProtoWriter index = new ProtoWriter(64);
    for (List<Object> node : nodes) {
      ProtoWriter level = new ProtoWriter(64);
      level.bytes(1, packed((long[]) node.get(0)));
      level.bytes(2, packed((long[]) node.get(1)));
      index.bytes(1, level.toByteArray());
    }
    ProtoWriter block = new ProtoWriter(64);
    block.bytes(1, index.toByteArray());
    block.bytes(2, bytes(key));
    block.bytes(3, bytes("value"));
    blocks.append(List.of(block.toByteArray()));
  }

  private static byte[] packed(long[] numbers) {
    ProtoWriter out = new ProtoWriter(64);
    for (long number : numbers) {
      out.varint(number);
    }
    return out.toByteArray();
  }

  private static List<Object> node(long[] keys, long[] children) {
    return new ArrayList<>(List.of(keys, children));
  }

  private static long[] keys(long... seqs) {
    return seqs;
  }

  private static long[] children(long... seqsAndOffsets) {
    return seqsAndOffsets;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
