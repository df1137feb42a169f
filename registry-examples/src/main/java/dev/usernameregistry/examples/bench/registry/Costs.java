package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Collects what work costs at several sizes, column by column. Not thread-safe. */
final class Costs {
  private final Map<Kind, Map<Long, List<Double>>> figures = new LinkedHashMap<>();

  /** Adds a figure of one round. */
  void add(String id, String work, String unit, long size, double figure) {
    figures
        .computeIfAbsent(new Kind(id, work, unit), kind -> new LinkedHashMap<>())
        .computeIfAbsent(size, at -> new ArrayList<>())
        .add(figure);
  }

  /** Returns all of it; every size must have a figure in every column. */
  GrowthTable table(String sized, List<Long> sizes) {
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
