package dev.usernameregistry.tree;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireReader;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredTreeTest {
  private final TestTree tree = TestTree.random(new Random(12), 45);

  @Test
  void aBlockBeginsWhereTheBlocksBeforeItEnd() throws IOException {
    long bytes = 0;
    for (int block = 0; block < 45; block++) {
      assertThat(tree.stored().byteOffset(block)).hasValue(bytes);
      bytes += tree.blocks.get(block).length;
    }
    assertThat(tree.stored().byteOffset(45)).hasValue(bytes);
    assertThatThrownBy(() -> tree.stored().byteOffset(46))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOffsetIsUnknownWhereANodeIsMissing() throws IOException {
    tree.nodes.remove(35L); // over blocks 16 to 19
    assertThat(tree.stored().byteOffset(16)).isPresent();
    assertThat(tree.stored().byteOffset(20)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void everyByteIsFoundInItsBlock() throws IOException {
    long start = 0;
    for (int block = 0; block < 45; block++) {
      for (int offset = 1; offset < tree.blocks.get(block).length; offset++) {
        assertThat(tree.stored().seek(start + offset)).isEqualTo(new Sought.Found(block, offset));
      }
      start += tree.blocks.get(block).length;
    }
    assertThat(tree.stored().seek(start + 1)).isEqualTo(new Sought.BeyondEnd());
    assertThatThrownBy(() -> tree.stored().seek(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSeekEndsAtTheLowestNodeWhoseChildrenAreStored() throws IOException {
    TestTree reader = tree.reader(45);
    assertThat(reader.stored().seek(1)).isEqualTo(new Sought.Between(0, 32));
    reader.nodes.put(15L, tree.node(15));
    assertThat(reader.stored().seek(1)).isEqualTo(new Sought.Between(0, 16));
    assertThat(reader.stored().seek(tree.node(31).size())).isEqualTo(new Sought.Found(32, 0));
    assertThat(reader.stored().seek(tree.node(31).size() + 1))
        .isEqualTo(new Sought.Between(32, 40));
  }

  @Test
  void missingNodesAreCountedUpToTheFirstStoredOne() throws IOException {
    TestTree reader = tree.reader(45); // roots over 32, 8, 4 and 1 blocks
    assertThat(reader.stored().missingNodes(0)).isEqualTo(5);
    assertThat(reader.stored().missingNodes(2 * 44)).isZero();
    assertThat(reader.stored().missingNodes(2 * 40)).isEqualTo(2);
    assertThat(reader.stored().missingNodes(2 * 45)).isZero();
    assertThat(reader.stored().missingNodes(WireReader.UINT_MAX)).isZero();
    reader.nodes.put(3L, tree.node(3));
    assertThat(reader.stored().missingNodes(0)).isEqualTo(2);
  }

  @Test
  void refusalsSayWhetherAnotherPeerCouldHelp() throws IOException {
    assertThat(reason(new ProofRequest.Block(45, 0), null, null))
        .isEqualTo(Made.Reason.NOT_AVAILABLE);
    assertThat(reason(new ProofRequest.Block(0, 6), null, null))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(reason(new ProofRequest.Block(0, WireReader.UINT_MAX), null, null))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(reason(new ProofRequest.Block(20, 0), null, new ProofRequest.Upgrade(0, 20)))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(reason(null, null, new ProofRequest.Upgrade(40, 6)))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(reason(null, null, new ProofRequest.Upgrade(45, 0)))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(
            reason(
                new ProofRequest.Block(8, 0),
                new ProofRequest.Seek(1, 0),
                new ProofRequest.Upgrade(8, 8)))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    assertThat(
            reason(
                new ProofRequest.Block(0, 2),
                new ProofRequest.Seek(tree.roots.byteLength(), 0),
                null))
        .isEqualTo(Made.Reason.INVALID_REQUEST);
    tree.nodes.remove(2L);
    assertThat(reason(new ProofRequest.Block(0, 1), null, null))
        .isEqualTo(Made.Reason.NOT_AVAILABLE);
  }

  @Test
  void anEmptyLogProvesNothingButThat() throws IOException {
    StoredTree empty = new TestTree().stored();
    ProofRequest nothing = TestTree.request(null, null, null, null);
    assertThat(empty.prove(nothing)).isInstanceOf(Made.Ready.class);
    ProofRequest block = TestTree.request(new ProofRequest.Block(0, 0), null, null, null);
    assertThat(empty.prove(block)).isInstanceOf(Made.Refused.class);
  }

  @Test
  void aProofReadsItsNodesInOneBatch() throws IOException {
    int[] reads = {0};
    StoredTree counting =
        new StoredTree(
            tree.roots,
            indexes -> {
              reads[0]++;
              return tree.stored().nodes().readNodes(indexes);
            });
    counting.prove(
        TestTree.request(
            new ProofRequest.Block(30, 0), null, null, new ProofRequest.Upgrade(7, 30)));
    assertThat(reads[0]).isEqualTo(1);
    counting.missingNodes(0);
    assertThat(reads[0]).isEqualTo(2);
  }

  @Test
  void paddingDoesNotCountInASeek() throws IOException {
    TestTree padded = TestTree.of(List.of(new byte[9], new byte[10], new byte[11], new byte[12]));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 4);
    Proof proof = padded.prove(TestTree.request(null, null, new ProofRequest.Seek(4, 8), all));
    assertThat(requireNonNull(proof.seek()).nodes())
        .first()
        .isEqualTo(padded.node(4)); // 1 + 2 bytes before it
    assertThat(proof.run(Roots.EMPTY).roots()).isEqualTo(padded.roots);
  }

  /** As somebody asks who knows the node over blocks 4 to 7 and looks for a byte below it. */
  @Test
  void aSeekBelowAKnownNodeCountsFromTheStartOfTheLog() throws IOException {
    TestTree padded =
        TestTree.of(IntStream.range(0, 8).mapToObj(i -> new byte[9 + i % 4]).toList());
    long start = 1 + 2 + 3 + 4; // without the padding of 8
    Proof proof = padded.prove(blockFourAndByte(start + 1 + 2 + 1));
    assertThat(requireNonNull(proof.block()).nodes()).containsExactly(padded.node(10));
    assertThat(requireNonNull(proof.seek()).nodes())
        .as("the way from block 6")
        .containsExactly(padded.node(12), padded.node(14));
    assertThat(proof.run(padded.roots).unproven()).isEqualTo(padded.node(11));

    assertThat(padded.prove(blockFourAndByte(start)).seek()).as("the node itself").isNull();
    for (long beside : new long[] {start - 1, start + 10}) {
      assertThat(reason(padded, blockFourAndByte(beside))).isEqualTo(Made.Reason.INVALID_REQUEST);
    }
    padded.nodes.remove(3L); // over the blocks before
    assertThat(reason(padded, blockFourAndByte(start))).isEqualTo(Made.Reason.NOT_AVAILABLE);
  }

  private static ProofRequest blockFourAndByte(long bytes) {
    ProofRequest.Block block = new ProofRequest.Block(4, 2);
    return TestTree.request(block, null, new ProofRequest.Seek(bytes, 8), null);
  }

  @Test
  void morePaddingThanBlocksHaveRoomForIsRefused() throws IOException {
    TestTree padded = TestTree.of(List.of(new byte[1025], new byte[1026]));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 2);
    Proof proof = padded.prove(TestTree.request(null, null, new ProofRequest.Seek(1, 1024), all));
    assertThat(proof.run(Roots.EMPTY).roots()).isEqualTo(padded.roots);

    for (long padding : new long[] {1025, WireReader.UINT_MAX}) {
      assertThat(reason(null, new ProofRequest.Seek(1, padding), new ProofRequest.Upgrade(0, 45)))
          .isEqualTo(Made.Reason.INVALID_REQUEST);
    }
  }

  @Test
  void theFirstByteIsSoughtAtTheHighestNodeThatBeginsThere() throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 45);
    Proof proof = tree.prove(TestTree.request(null, null, new ProofRequest.Seek(0, 0), all));
    assertThat(requireNonNull(proof.seek()).nodes()).containsExactly(tree.node(31));
    assertThat(proof.run(Roots.EMPTY).roots()).isEqualTo(tree.roots);
  }

  private Made.Reason reason(
      ProofRequest.@Nullable Block block,
      ProofRequest.@Nullable Seek seek,
      ProofRequest.@Nullable Upgrade upgrade)
      throws IOException {
    return reason(tree, TestTree.request(block, null, seek, upgrade));
  }

  private static Made.Reason reason(TestTree tree, ProofRequest request) throws IOException {
    Made made = tree.stored().prove(request);
    if (made instanceof Made.Refused refused) {
      return refused.reason();
    }
    throw new AssertionError(made);
  }
}
