package dev.usernameregistry.examples.bench.frame;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what rounds bring, row by row. Not thread-safe. */
public final class Figures {
  private final Map<Row, Map<Side, List<Double>>> values = new LinkedHashMap<>();

  /** Has none yet. */
  public Figures() {}

  /** Adds the figure of one round. */
  public void add(Row row, Side side, double value) {
    values
        .computeIfAbsent(row, r -> new EnumMap<>(Side.class))
        .computeIfAbsent(side, s -> new ArrayList<>())
        .add(value);
  }

  /** Returns all rows that have a figure of ours, in the order in which they came. */
  public List<Result> results() {
    return values.entrySet().stream()
        .filter(entry -> entry.getValue().containsKey(Side.OURS))
        .map(entry -> result(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Result result(Row row, Map<Side, List<Double>> sides) {
    return new Result(
        row,
        new Spread(sides.getOrDefault(Side.OURS, List.of())),
        Optional.ofNullable(sides.get(Side.JS)).map(Spread::new));
  }
}
