package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a process takes that has a store open and does nothing.
 *
 * @param residentBytes of the machine's memory
 * @param heapBytes of those, objects that are in use
 */
record Weight(long residentBytes, long heapBytes) {

  /** Opens a store and these registries in it in a new process, and weighs it. */
  static Weight of(Setting setting, Side side, Path folder, List<String> keys)
      throws IOException, InterruptedException {
    try (Child child = Peers.startOne(setting, side)) {
      child.ask("open", Map.of("folder", folder.toString(), "keys", keys));
      return of(child);
    }
  }

  /**
   * Returns what a process takes more than another one. A heap may have had room before, so that
   * the process does not grow by what is in use now; that counts all the same.
   */
  Weight minus(Weight other) {
    long heap = heapBytes - other.heapBytes;
    return new Weight(Math.max(heap, residentBytes - other.residentBytes), heap);
  }

  /** Weighs a process, after it has given back what it does not need. */
  static Weight of(Child child) throws IOException, InterruptedException {
    long heapBytes = child.ask("settle", Map.of()).path("heapBytes").asLong();
    return new Weight(child.residentBytes(), heapBytes);
  }
}
