package dev.usernameregistry.bee;

import java.io.IOException;
import java.util.Arrays;

/** The keys of one node, in ascending order. Each may have to be read from its block. */
@FunctionalInterface
interface SortedKeys {
  /** Returns key {@code i}. */
  byte[] key(int i) throws IOException;

  /** Returns which of {@code count} keys is {@code key}, or {@code -(insertion point) - 1}. */
  default int search(int count, byte[] key) throws IOException {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Arrays.compareUnsigned(key, key(middle));
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return -low - 1;
  }
}
