package dev.usernameregistry.examples.bench.frame;

import java.util.List;

/**
 * What work costs at several sizes.
 *
 * @param sized what the sizes count
 * @param sizes in ascending order
 * @param columns one for each kind of cost
 */
public record GrowthTable(String sized, List<Long> sizes, List<Column> columns) {

  /**
   * One kind of cost.
   *
   * @param id a word for it
   * @param work what it is, for people
   * @param unit what its figures count
   * @param figures one for each size
   */
  public record Column(String id, String work, String unit, List<Spread> figures) {}

  /** Returns how the cost of a column grows; the figures' medians decide. */
  public Growth growth(Column column) {
    return Growth.of(sizes, column.figures().stream().map(Spread::median).toList());
  }
}
