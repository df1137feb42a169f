package dev.usernameregistry.tree;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the stored nodes of one tree are read. */
public interface NodeReader {
  /**
   * Reads tree nodes, in the order of {@code indexes}.
   *
   * @return one node for each index; {@code null} in the place of a node that is not stored
   */
  List<@Nullable TreeNode> readNodes(long[] indexes) throws IOException;
}
