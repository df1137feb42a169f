package dev.usernameregistry.examples.bench.frame;

import java.util.Optional;

/**
 * One line of the table.
 *
 * @param id a word that picks it, and finds it again in a later run
 * @param work what is measured, for people
 * @param unit what the figures count
 * @param better which figures are the better ones
 * @param must what ours must reach
 * @param aim what ours is hoped to reach
 * @param beside a row of the same unit that ours is shown beside: a limit of the machine, or
 *     another way to do the work
 */
public record Row(
    String id, String work, String unit, Better better, Goal must, Goal aim, Optional<Row> beside) {

  /** Which figures are the better ones. */
  public enum Better {
    /** More of the unit: rates. */
    MORE,
    /** Less of the unit: times and sizes. */
    LESS
  }

  /** Returns a row without goals of which more is better. */
  public static Row more(String id, String work, String unit) {
    return new Row(id, work, unit, Better.MORE, Goal.NONE, Goal.NONE, Optional.empty());
  }

  /** Returns a row without goals of which less is better. */
  public static Row less(String id, String work, String unit) {
    return new Row(id, work, unit, Better.LESS, Goal.NONE, Goal.NONE, Optional.empty());
  }

  /** Returns the same with this goal. */
  public Row must(Goal goal) {
    return new Row(id, work, unit, better, goal, aim, beside);
  }

  /** Returns the same with this hope. */
  public Row aim(Goal goal) {
    return new Row(id, work, unit, better, must, goal, beside);
  }

  /** Returns the same, shown beside another row. */
  public Row beside(Row other) {
    if (!other.unit.equals(unit)) {
      throw new IllegalArgumentException(other.unit + " cannot be beside " + unit);
    }
    return new Row(id, work, unit, better, must, aim, Optional.of(other));
  }
}
