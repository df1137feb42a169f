package dev.usernameregistry.examples.bench.frame;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the table, measured.
 *
 * @param row what was measured
 * @param ours our figures
 * @param js the reference's; empty if it was not measured
 */
public record Result(Row row, Spread ours, Optional<Spread> js) {

  /** Returns our median divided by the reference's; empty if that says nothing. */
  public OptionalDouble ratio() {
    return js.isEmpty() || js.get().median() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.median() / js.get().median());
  }

  /** Returns whether the medians reach the goal; empty if there is none or it cannot be told. */
  public Optional<Boolean> isMet() {
    OptionalDouble reference =
        js.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(js.get().median());
    return row.goal().isMet(ours.median(), reference);
  }
}
