package dev.usernameregistry.examples.bench.frame;

import java.util.Locale;
import java.util.Optional;

/**
 * One line of the table.
 *
 * @param id a word that picks it, and finds it again in a later run
 * @param work what is measured, for people; {@code #} in it stands for the count
 * @param count how many names or the like it is about; empty if it does not tell
 * @param unit what the figures count
 * @param better which figures are the better ones
 * @param must what ours must reach
 * @param aim what ours is hoped to reach
 * @param beside a row of the same unit that ours is shown beside: a limit of the machine, or
 *     another way to do the work
 */
public record Row(
    String id,
    String work,
    Optional<Count> count,
    String unit,
    Better better,
    Goal must,
    Goal aim,
    Optional<Row> beside) {

  /** Which figures are the better ones. */
  public enum Better {
    /** More of the unit: rates. */
    MORE,
    /** Less of the unit: times and sizes. */
    LESS
  }

  /** Returns a row without goals of which more is better. */
  public static Row more(String id, String work, String unit) {
    return new Row(
        id, work, Optional.empty(), unit, Better.MORE, Goal.NONE, Goal.NONE, Optional.empty());
  }

  /** Returns a row without goals of which less is better. */
  public static Row less(String id, String work, String unit) {
    return new Row(
        id, work, Optional.empty(), unit, Better.LESS, Goal.NONE, Goal.NONE, Optional.empty());
  }

  /** Returns the same about so many, for {@code #} in its work. */
  public Row about(Count many) {
    return new Row(id, work, Optional.of(many), unit, better, must, aim, beside);
  }

  /** Returns what is measured in a run that does {@code load}, for people. */
  public String work(Load load) {
    return count
        .map(many -> work.replace("#", String.format(Locale.ROOT, "%,d", many.in(load))))
        .orElse(work);
  }

  /** Returns the same with this goal. */
  public Row must(Goal goal) {
    return new Row(id, work, count, unit, better, goal, aim, beside);
  }

  /** Returns the same with this hope. */
  public Row aim(Goal goal) {
    return new Row(id, work, count, unit, better, must, goal, beside);
  }

  /** Returns the same, shown beside another row. */
  public Row beside(Row other) {
    if (!other.unit.equals(unit)) {
      throw new IllegalArgumentException(other.unit + " cannot be beside " + unit);
    }
    return new Row(id, work, count, unit, better, must, aim, Optional.of(other));
  }
}
