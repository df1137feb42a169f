package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts a whole log into a storage whose writer's secret key is not at hand. */
final class CompleteLog {
  private CompleteLog() {}

  static void write(
      LogStorage storage,
      Key key,
      Manifest manifest,
      List<byte[]> blocks,
      long fork,
      byte[] signature)
      throws IOException {
    Roots.Appended tree = Roots.EMPTY.append(blocks);
    Map<Long, byte[]> values = new HashMap<>();
    for (int block = 0; block < blocks.size(); block++) {
      values.put((long) block, blocks.get(block));
    }
    LogState state =
        new LogState(
            key,
            fork,
            blocks.size(),
            tree.roots().nodes(),
            signature,
            manifest.encode(),
            new byte[0]);
    storage.commit(new Commit(state, 0, tree.nodes(), values, true));
  }
}
