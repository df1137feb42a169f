package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleVectorsTest {
  private final Vectors vectors = Vectors.load("merkle");
  private final List<byte[]> blocks = vectors.cases("blocks").stream().map(Vectors::bytes).toList();

  @Test
  void flatTreeCountsAsTheReferenceDoes() {
    for (JsonNode node : vectors.cases("flatTree")) {
      long index = node.get("index").asLong();
      assertThat(FlatTree.depth(index)).isEqualTo(node.get("depth").asInt());
      assertThat(FlatTree.offset(index)).isEqualTo(node.get("offset").asLong());
      assertThat(FlatTree.parent(index)).isEqualTo(node.get("parent").asLong());
      assertThat(FlatTree.sibling(index)).isEqualTo(node.get("sibling").asLong());
      assertThat(FlatTree.leftSpan(index)).isEqualTo(node.get("leftSpan").asLong());
      assertThat(FlatTree.rightSpan(index)).isEqualTo(node.get("rightSpan").asLong());
      assertThat(FlatTree.leaves(index)).isEqualTo(node.get("leaves").asLong());
      JsonNode children = node.get("children");
      if (children.isNull()) {
        assertThatThrownBy(() -> FlatTree.leftChild(index))
            .isInstanceOf(IllegalArgumentException.class);
      } else {
        assertThat(FlatTree.leftChild(index)).isEqualTo(children.get(0).asLong());
        assertThat(FlatTree.rightChild(index)).isEqualTo(children.get(1).asLong());
      }
    }
  }

  @Test
  void fullRootsAreThoseOfTheReference() {
    for (JsonNode roots : vectors.cases("fullRoots")) {
      assertThat(FlatTree.fullRoots(roots.get("length").asLong()))
          .containsExactly(longs(roots.get("roots")));
    }
  }

  @Test
  void everyNodeHasTheReferencesSizeAndHash() {
    TestTree tree = TestTree.of(blocks);
    for (JsonNode node : vectors.cases("nodes")) {
      assertThat(tree.node(node.get("index").asLong())).isEqualTo(TestTree.node(node));
    }
  }

  @Test
  void rootsOfEveryLengthAreThoseOfTheReference() {
    for (JsonNode length : vectors.cases("lengths")) {
      int blockCount = length.get("length").asInt();
      isAsTheReferenceSays(Roots.EMPTY.append(blocks.subList(0, blockCount)).roots(), length);
    }
  }

  @Test
  void oneAppendOfManyBlocksEqualsManyOfOne() {
    Roots roots = Roots.EMPTY;
    List<Roots> byLength = new ArrayList<>(List.of(roots));
    for (byte[] block : blocks) {
      roots = roots.append(List.of(block)).roots();
      byLength.add(roots);
    }
    for (JsonNode length : vectors.cases("lengths")) {
      isAsTheReferenceSays(byLength.get(length.get("length").asInt()), length);
    }
  }

  @Test
  void seeksEndWhereTheReferencesEnd() throws IOException {
    StoredTree tree = TestTree.of(blocks).stored();
    for (JsonNode seek : vectors.cases("seeks")) {
      Sought expected = new Sought.Found(seek.get("block").asLong(), seek.get("offset").asLong());
      assertThat(tree.seek(seek.get("bytes").asLong())).isEqualTo(expected);
    }
    assertThat(tree.seek(tree.roots().byteLength() + 1)).isEqualTo(new Sought.BeyondEnd());
  }

  @Test
  void truncatingAndAppendingLeadsToTheReferencesTrees() {
    TestTree tree = new TestTree();
    for (JsonNode step : vectors.cases("truncations")) {
      JsonNode op = step.get("op");
      if (op.has("append")) {
        JsonNode range = op.get("append");
        tree.append(blocks.subList(range.get("from").asInt(), range.get("to").asInt()));
      } else {
        tree.roots = tree.rootsAt(op.get("truncate").get("length").asLong());
      }
      isAsTheReferenceSays(tree.roots, step);
    }
  }

  private static void isAsTheReferenceSays(Roots roots, JsonNode expected) {
    assertThat(roots.length()).isEqualTo(expected.get("length").asLong());
    assertThat(roots.byteLength()).isEqualTo(expected.get("byteLength").asLong());
    assertThat(roots.nodes()).isEqualTo(TestTree.nodes(expected.get("roots")));
    assertThat(roots.treeHash()).isEqualTo(Vectors.bytes(expected.get("treeHash")));
  }

  private static long[] longs(JsonNode array) {
    long[] longs = new long[array.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = array.get(i).asLong();
    }
    return longs;
  }
}
