package dev.usernameregistry.examples.bench.frame;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the table, measured.
 *
 * @param row what was measured
 * @param ours our figures
 * @param js the reference's; empty if it was not measured
 * @param beside those of the row that this one is beside; empty if there is none, or it was not
 *     measured
 */
public record Result(Row row, Spread ours, Optional<Spread> js, Optional<Spread> beside) {

  /** Returns our median divided by the reference's; empty if that says nothing. */
  public OptionalDouble ratio() {
    return over(js);
  }

  /** Returns our median divided by that of the row beside; empty if that says nothing. */
  public OptionalDouble besideRatio() {
    return over(beside);
  }

  private OptionalDouble over(Optional<Spread> other) {
    return other.filter(one -> one.median() > 0).isEmpty() || !ours.isMeasured()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.median() / other.get().median());
  }

  /** Returns whether the medians reach what they must; empty if that cannot be told. */
  public Optional<Boolean> isMet() {
    return isMet(row.must());
  }

  /** Returns whether the medians reach what they aim at; empty if that cannot be told. */
  public Optional<Boolean> isAimMet() {
    return isMet(row.aim());
  }

  private Optional<Boolean> isMet(Goal goal) {
    return ours.isMeasured()
        ? goal.isMet(ours.median(), median(js), median(beside))
        : Optional.empty();
  }

  private static OptionalDouble median(Optional<Spread> spread) {
    return spread.filter(Spread::isMeasured).isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(spread.get().median());
  }
}
