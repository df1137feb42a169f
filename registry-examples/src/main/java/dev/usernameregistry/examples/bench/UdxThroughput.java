package dev.usernameregistry.examples.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast one stream of UDX carries bytes between two processes of this computer, in millions of
 * bytes a second: ours to ours and {@code udx-native} to {@code udx-native}, in turns. The receiver
 * counts, from the first byte to the last. The processes live as long as the measurement; the first
 * round is not counted.
 *
 * @param ours one figure for each round
 * @param reference one figure for each round
 */
public record UdxThroughput(List<Double> ours, List<Double> reference) {
  /** Keeps copies. */
  public UdxThroughput {
    ours = List.copyOf(ours);
    reference = List.copyOf(reference);
  }

  /**
   * Measures.
   *
   * @param bytes how many each round sends
   * @param folder where the reference is installed; empty, and the caller's to remove
   * @throws IOException if a process fails, or there is no Node.js or npm to run the reference with
   */
  public static UdxThroughput measure(int rounds, long bytes, Path folder) throws IOException {
    List<Double> ours = new ArrayList<>();
    List<Double> reference = new ArrayList<>();
    try (UdxPair theirPair = UdxPair.reference(folder);
        UdxPair ourPair = UdxPair.ours()) {
      for (int round = 0; round <= rounds; round++) {
        ours.add(ourPair.megabytesPerSecond(bytes));
        reference.add(theirPair.megabytesPerSecond(bytes));
      }
    }
    return new UdxThroughput(ours.subList(1, ours.size()), reference.subList(1, reference.size()));
  }

  /** Returns the middle one of an odd number of figures, the upper one of the two otherwise. */
  public static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }
}
