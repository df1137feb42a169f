package dev.usernameregistry.examples.bench.frame;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a row must reach, by itself or beside something else.
 *
 * @param text how people are told
 * @param kind what is compared
 * @param limit what it is compared with
 */
public record Goal(String text, Kind kind, double limit) {

  /** What is compared with the limit. */
  public enum Kind {
    /** Nothing: the row is there to be looked at. */
    NONE,
    /** Our figure, which must not be greater. */
    FIGURE_AT_MOST,
    /** Our figure divided by the reference's, which must not be greater. */
    RATIO_AT_MOST,
    /** Our figure divided by the reference's, which must not be smaller. */
    RATIO_AT_LEAST,
    /** Our figure divided by that of the row it is beside, which must not be smaller. */
    BESIDE_AT_LEAST
  }

  /** No goal. */
  public static final Goal NONE = new Goal("", Kind.NONE, 0);

  public static Goal atMost(double limit, String unit) {
    return new Goal(
        String.format(Locale.ROOT, "at most %s %s", plain(limit), unit),
        Kind.FIGURE_AT_MOST,
        limit);
  }

  public static Goal ratioAtMost(double limit) {
    return new Goal("at most " + plain(limit) + " x JS", Kind.RATIO_AT_MOST, limit);
  }

  public static Goal ratioAtLeast(double limit) {
    return new Goal("at least " + plain(limit) + " x JS", Kind.RATIO_AT_LEAST, limit);
  }

  /** For a row that is beside {@code other}. */
  public static Goal atLeast(double limit, Row other) {
    return new Goal("at least " + plain(limit) + " x " + other.id(), Kind.BESIDE_AT_LEAST, limit);
  }

  /**
   * Returns whether it is met; empty if it cannot be told, or there is none.
   *
   * @param js the reference's figure, if it was measured
   * @param beside the figure of the row that this one is beside, if it was measured
   */
  public Optional<Boolean> isMet(double ours, OptionalDouble js, OptionalDouble beside) {
    return switch (kind) {
      case NONE -> Optional.empty();
      case FIGURE_AT_MOST -> Optional.of(ours <= limit);
      case RATIO_AT_MOST -> ratio(ours, js).map(ratio -> ratio <= limit);
      case RATIO_AT_LEAST -> ratio(ours, js).map(ratio -> ratio >= limit);
      case BESIDE_AT_LEAST -> ratio(ours, beside).map(ratio -> ratio >= limit);
    };
  }

  private static Optional<Double> ratio(double ours, OptionalDouble other) {
    return other.isEmpty() || other.getAsDouble() == 0
        ? Optional.empty()
        : Optional.of(ours / other.getAsDouble());
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
