package dev.usernameregistry.tree;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProofRunTest {
  private final TestTree writer = TestTree.random(new Random(13), 10); // roots 7 and 17

  /**
   * "In a hash or seek proof the two lowest nodes both come from the sender, and only the sum of
   * their sizes is bound."
   */
  @Test
  void aSizeThatNothingBindsIsNotOfferedForStoring() throws IOException {
    Proof proof = writer.prove(TestTree.request(null, new ProofRequest.Hash(6, 3), null, null));
    List<TreeNode> nodes = new ArrayList<>(requireNonNull(proof.hash()).nodes()); // 6, 4, 1, 11
    nodes.set(0, resized(nodes.get(0), 1));
    nodes.set(1, resized(nodes.get(1), -1));
    Proof shifted = Proof.of(1, 0, new Proof.Hash(6, nodes));
    Implied implied = shifted.run(writer.roots);
    assertThat(implied.unproven()).isEqualTo(writer.node(7));
    assertThat(implied.nodes()).extracting(TreeNode::index).containsOnly(5L, 3L, 7L, 1L, 11L);
    assertThat(implied.nodes()).allMatch(n -> n.equals(writer.node(n.index())));
    assertThat(implied.unsized()).extracting(TreeNode::index).containsExactly(6L, 4L);
  }

  @Test
  void additionalNodesThatJoinEachOtherAreUnsizedToo() throws IOException {
    Proof proof = writer.prove(TestTree.request(null, null, null, new ProofRequest.Upgrade(0, 6)));
    Implied implied = proof.run(Roots.EMPTY); // 3, 9 and then 13, 17
    assertThat(implied.roots()).isEqualTo(writer.roots);
    assertThat(implied.target()).isEqualTo(writer.rootsAt(6));
    assertThat(implied.unsized()).extracting(TreeNode::index).containsOnly(9L, 13L);
    assertThat(implied.nodes()).extracting(TreeNode::index).containsOnly(3L, 11L, 7L, 17L);
  }

  @Test
  void aSiblingOfAKnownRootIsBound() throws IOException {
    Proof proof = writer.prove(TestTree.request(null, null, null, new ProofRequest.Upgrade(5, 5)));
    Implied implied = proof.run(writer.rootsAt(5));
    assertThat(implied.unsized()).isEmpty();
    assertThat(implied.nodes())
        .extracting(TreeNode::index)
        .containsOnly(10L, 9L, 13L, 11L, 7L, 17L);
  }

  @Test
  void allBlocksBelowANodeGiveTheTreeBelowIt() {
    List<byte[]> four = writer.blocks.subList(4, 8);
    Proof.Block block = new Proof.Block(4, four, List.of(writer.node(3)));
    Implied implied = Proof.of(1, 0, block).run(writer.roots);
    assertThat(implied.unproven()).isEqualTo(writer.node(7));
    assertThat(implied.unsized()).isEmpty();
    assertThat(implied.nodes())
        .extracting(TreeNode::index)
        .containsOnly(8L, 10L, 9L, 12L, 14L, 13L, 11L, 3L, 7L);
    assertThat(implied.nodes()).allMatch(n -> n.equals(writer.node(n.index())));
  }

  @Test
  void blocksThatAreNotAllBelowOneNodeAreRefused() {
    for (Proof.Block block :
        List.of(
            new Proof.Block(4, writer.blocks.subList(4, 7), List.of()),
            new Proof.Block(2, writer.blocks.subList(2, 6), List.of()),
            new Proof.Block(4, List.<byte[]>of(), List.of()),
            new Proof.Block(FlatTree.BLOCKS_MAX, writer.blocks.subList(0, 2), List.of()),
            new Proof.Block(WireReader.UINT_MAX, writer.blocks.subList(0, 1), List.of()))) {
      Proof proof = Proof.of(1, 0, block);
      assertThatThrownBy(() -> proof.run(writer.roots)).isInstanceOf(InvalidProofException.class);
    }
  }

  @Test
  void aLoneHashNodeIsComparedAndNeverStored() {
    TreeNode wrong = resized(writer.node(7), 1);
    Proof proof = Proof.of(1, 0, new Proof.Hash(7, List.of(wrong)));
    Implied implied = proof.run(writer.roots);
    assertThat(implied.unproven()).isEqualTo(wrong);
    assertThat(implied.nodes()).isEmpty();
  }

  @Test
  void aBlockAndAHashInOneProofAreRefused() {
    Proof.Block block = new Proof.Block(0, new byte[0], List.of());
    Proof.Hash hash = new Proof.Hash(7, List.of(writer.node(7)));
    refuses(new Proof(1, 0, block, hash, null, null, null), writer.roots);
  }

  @Test
  void anUpgradeFromAnotherLengthIsRefused() throws IOException {
    Proof proof = writer.prove(TestTree.request(null, null, null, new ProofRequest.Upgrade(5, 5)));
    refuses(proof, writer.rootsAt(4));
    refuses(proof, writer.rootsAt(6));
    List<TreeNode> fitting = requireNonNull(proof.upgrade()).nodes();
    refuses(upgrade(4, 6, fitting, List.of()), writer.rootsAt(5));
    refuses(proof, Roots.EMPTY);
  }

  @Test
  void nodesThatAreMissingMisplacedOrLeftOverAreRefused() {
    TreeNode seven = writer.node(7);
    TreeNode seventeen = writer.node(17);
    refuses(upgrade(0, 10, List.of(seven), List.of()), Roots.EMPTY);
    refuses(upgrade(0, 10, List.of(seventeen, seven), List.of()), Roots.EMPTY);
    refuses(upgrade(0, 10, List.of(seven, seventeen, seventeen), List.of()), Roots.EMPTY);
    refuses(upgrade(0, 8, List.of(seven), List.of(seven)), Roots.EMPTY);
    refuses(upgrade(0, 8, List.of(seven), List.of(writer.node(18))), Roots.EMPTY);
    refuses(upgrade(0, 0, List.of(), List.of(seven)), Roots.EMPTY);
    refuses(Proof.of(1, 0, new Proof.Hash(7, List.of())), writer.roots);
  }

  @Test
  void aNodeThatComesTwiceIsRefused() {
    Proof.Block two = new Proof.Block(2, writer.blocks.get(2), List.of(writer.node(6)));
    Proof.Upgrade withFive =
        new Proof.Upgrade(0, 2, List.of(writer.node(1)), List.of(writer.node(5)), null);
    refuses(new Proof(1, 0, two, null, null, withFive, null), Roots.EMPTY);
    Proof.Seek seek = new Proof.Seek(1, List.of(writer.node(0), writer.node(2)));
    Proof.Upgrade again =
        new Proof.Upgrade(0, 1, List.of(writer.node(0)), List.of(writer.node(2)), null);
    refuses(new Proof(1, 0, null, null, seek, again, null), Roots.EMPTY);
    Proof.Hash seventeen = new Proof.Hash(17, List.of(writer.node(17)));
    Proof.Upgrade both =
        new Proof.Upgrade(0, 8, List.of(writer.node(7)), List.of(writer.node(17)), null);
    refuses(new Proof(1, 0, null, seventeen, null, both, null), Roots.EMPTY);
  }

  @Test
  void anAdditionalNodeIsNotTakenFromAnotherPart() {
    TestTree longer = TestTree.random(new Random(13), 11); // roots 7, 17 and 20
    Proof.Block eight = new Proof.Block(8, longer.blocks.get(8), List.of(longer.node(18)));
    Proof.Upgrade without17 =
        new Proof.Upgrade(0, 8, List.of(longer.node(7)), List.of(longer.node(20)), null);
    refuses(new Proof(1, 0, eight, null, null, without17, null), Roots.EMPTY);
  }

  @Test
  void numbersAtTheEdgeOfTheFormatAreRefused() {
    long max = WireReader.UINT_MAX;
    TreeNode top = new TreeNode(max, 1, new byte[32]);
    TreeNode large = new TreeNode(0, max, new byte[32]);
    TreeNode larger = new TreeNode(2, max, new byte[32]);
    refuses(upgrade(0, max, List.of(top), List.of()), Roots.EMPTY);
    refuses(upgrade(max, max, List.of(top), List.of()), Roots.EMPTY);
    refuses(upgrade(0, 1, List.of(large), List.of(top)), Roots.EMPTY);
    refuses(upgrade(0, 1, List.of(large), List.of(larger)), Roots.EMPTY);
    refuses(upgrade(0, 2, List.of(large, larger), List.of()), Roots.EMPTY);
    TreeNode pair = new TreeNode(1, max, new byte[32]);
    TreeNode third = new TreeNode(4, 1, new byte[32]);
    refuses(upgrade(0, 3, List.of(pair, third), List.of()), Roots.EMPTY);
    for (long index : new long[] {FlatTree.BLOCKS_MAX, max}) {
      Proof.Block block = new Proof.Block(index, new byte[0], List.of());
      refuses(Proof.of(1, 0, block), Roots.EMPTY);
    }
    Proof.Hash hash = new Proof.Hash(max, List.of(top, top));
    refuses(Proof.of(1, 0, hash), Roots.EMPTY);
    Proof.Seek seek = new Proof.Seek(max, List.of(large, larger));
    refuses(new Proof(1, 0, null, null, seek, null, null), Roots.EMPTY);
  }

  @Test
  void theLargestTreeIsNotTooLarge() {
    TreeNode top = new TreeNode(FlatTree.BLOCKS_MAX - 1, WireReader.UINT_MAX, new byte[32]);
    Implied implied = upgrade(0, FlatTree.BLOCKS_MAX, List.of(top), List.of()).run(Roots.EMPTY);
    assertThat(implied.roots().length()).isEqualTo(FlatTree.BLOCKS_MAX);
    assertThat(implied.roots().byteLength()).isEqualTo(WireReader.UINT_MAX);
  }

  private static TreeNode resized(TreeNode node, long by) {
    return new TreeNode(node.index(), node.size() + by, node.hash());
  }

  private static Proof upgrade(
      long start, long length, List<TreeNode> nodes, List<TreeNode> additional) {
    Proof.Upgrade part = new Proof.Upgrade(start, length, nodes, additional, null);
    return Proof.of(1, 0, part);
  }

  private static void refuses(Proof proof, Roots roots) {
    assertThatThrownBy(() -> proof.run(roots)).isInstanceOf(InvalidProofException.class);
  }
}
