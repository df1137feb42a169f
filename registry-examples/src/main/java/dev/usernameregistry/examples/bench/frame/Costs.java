package dev.usernameregistry.examples.bench.frame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Collects what work costs at several sizes, column by column. Not thread-safe. */
public final class Costs {
  private final Map<Kind, Map<Long, List<Double>>> figures = new LinkedHashMap<>();

  /** Has none yet. */
  public Costs() {}

  /** Adds a figure of one round. */
  public void add(String id, String work, String unit, long size, double figure) {
    figures
        .computeIfAbsent(new Kind(id, work, unit), kind -> new LinkedHashMap<>())
        .computeIfAbsent(size, at -> new ArrayList<>())
        .add(figure);
  }

  /** Returns what was added for these sizes, each of which has a figure in every column. */
  public GrowthTable table(String sized, List<Long> sizes) {
    return new GrowthTable(
        sized,
        sizes,
        figures.entrySet().stream()
            .map(each -> column(each.getKey(), each.getValue(), sizes))
            .toList());
  }

  private static GrowthTable.Column column(
      Kind kind, Map<Long, List<Double>> bySize, List<Long> sizes) {
    return new GrowthTable.Column(
        kind.id(),
        kind.work(),
        kind.unit(),
        sizes.stream().map(size -> new Spread(Objects.requireNonNull(bySize.get(size)))).toList());
  }

  private record Kind(String id, String work, String unit) {}
}
