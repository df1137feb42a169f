package dev.usernameregistry.examples.bench.frame;

import java.util.List;

/** How a cost grows with the amount of work. */
public enum Growth {
  FLAT,
  LOGARITHMIC,
  LINEAR,
  QUADRATIC;

  /**
   * Returns the growth whose curve, moved up or down on a logarithmic scale, is nearest to the
   * figures: the one from which the ratios of the figures differ least.
   *
   * @param sizes above 1, at least two
   * @param figures above 0, one for each size
   */
  public static Growth of(List<Long> sizes, List<Double> figures) {
    Growth nearest = FLAT;
    for (Growth each : values()) {
      if (each.distance(sizes, figures) < nearest.distance(sizes, figures)) {
        nearest = each;
      }
    }
    return nearest;
  }

  /** Returns the variance of the logarithms of the figures divided by the curve. */
  private double distance(List<Long> sizes, List<Double> figures) {
    double sum = 0;
    double squares = 0;
    for (int at = 0; at < sizes.size(); at++) {
      double ratio = Math.log(figures.get(at) / curve(sizes.get(at)));
      sum += ratio;
      squares += ratio * ratio;
    }
    double mean = sum / sizes.size();
    return squares / sizes.size() - mean * mean;
  }

  private double curve(double size) {
    return switch (this) {
      case FLAT -> 1;
      case LOGARITHMIC -> Math.log(size);
      case LINEAR -> size;
      case QUADRATIC -> size * size;
    };
  }
}
