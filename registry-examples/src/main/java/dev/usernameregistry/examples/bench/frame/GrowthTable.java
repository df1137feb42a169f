package dev.usernameregistry.examples.bench.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /**
   * Returns how the cost of a column grows; the medians of the figures decide. Empty if fewer than
   * two of them are above 0.
   */
  public Optional<Growth> growth(Column column) {
    List<Long> measured = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    for (int at = 0; at < sizes.size(); at++) {
      double median = column.figures().get(at).median();
      if (median > 0) {
        measured.add(sizes.get(at));
        medians.add(median);
      }
    }
    return measured.size() < 2 ? Optional.empty() : Optional.of(Growth.of(measured, medians));
  }
}
