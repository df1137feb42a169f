package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.testkit.RandomBlocks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubtreeTest {
  private static final List<byte[]> VALUES = RandomBlocks.of(3_000);

  @Test
  void manyMakeTheSameNodesInTheSameOrderAsOneByOne() {
    for (int before : new int[] {0, 1, 77, 255, 256, 257, 1_023, 1_024}) {
      for (int count : new int[] {0, 1, 2, 7, 255, 256, 257, 511, 512, 513, 1_700}) {
        Roots start = Roots.EMPTY.append(VALUES.subList(0, before)).roots();
        List<byte[]> values = VALUES.subList(before, before + count);
        assertThat(start.append(values)).isEqualTo(oneByOne(start, values));
      }
    }
  }

  @Test
  void theTopOfASubtreeIsItsLastNode() {
    for (Subtree.Part part : Subtree.parts(0, VALUES)) {
      Subtree subtree = part.hash();
      assertThat(subtree.nodes()).hasSize(2 * part.values().size() - 1).endsWith(subtree.top());
    }
  }

  /** Appends each value alone. */
  private static Roots.Appended oneByOne(Roots start, List<byte[]> values) {
    Roots roots = start;
    List<TreeNode> nodes = new ArrayList<>();
    for (byte[] value : values) {
      Roots.Appended appended = roots.append(List.of(value));
      nodes.addAll(appended.nodes());
      roots = appended.roots();
    }
    return new Roots.Appended(roots, nodes);
  }
}
