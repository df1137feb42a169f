package dev.usernameregistry.examples.bench.frame;

import java.util.Arrays;
import java.util.List;

/**
 * Figures of one kind, one for each round, in order of size. One below 0 says only that there was
 * too little to be measured: it is a difference between two processes that swing by more.
 *
 * @param values at least one, the smallest first
 */
public record Spread(List<Double> values) {

  /** Sorts {@code values}. */
  public Spread {
    values = values.stream().sorted().toList();
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a spread takes at least one value");
    }
  }

  /** Returns the middle one, or the mean of the middle two. */
  public double median() {
    int count = values.size();
    return (values.get((count - 1) / 2) + values.get(count / 2)) / 2;
  }

  /** Returns whether the median says anything. */
  public boolean isMeasured() {
    return median() >= 0;
  }

  public double min() {
    return values.get(0);
  }

  public double max() {
    return values.get(values.size() - 1);
  }

  /**
   * Returns the smallest of {@code samples} that at least {@code percent} percent of them do not
   * exceed.
   */
  public static double percentile(double[] samples, int percent) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(sorted.length * (percent / 100.0));
    return sorted[Math.max(1, rank) - 1];
  }
}
