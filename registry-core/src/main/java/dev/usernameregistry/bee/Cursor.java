package dev.usernameregistry.bee;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows results one by one, reading blocks only as far as it is asked. For one thread; nothing has
 * to be closed, so a caller that has seen enough just stops asking.
 *
 * <p>What the cursor shows does not change with later writes.
 */
@FunctionalInterface
public interface Cursor<T> {

  /**
   * Returns the next result, or null when there are no more.
   *
   * @throws dev.usernameregistry.log.BlockNotStoredException if a block it needs is not held here
   * @throws dev.usernameregistry.codec.MalformedMessageException if the log's writer wrote blocks
   *     that are no tree; what was shown before may be used or not, as the caller likes
   */
  @Nullable T next() throws IOException;

  /** Returns all remaining results. Reads until the end, so cap the range of a peer's log. */
  default List<T> toList() throws IOException {
    List<T> all = new ArrayList<>();
    for (T one = next(); one != null; one = next()) {
      all.add(one);
    }
    return all;
  }
}
