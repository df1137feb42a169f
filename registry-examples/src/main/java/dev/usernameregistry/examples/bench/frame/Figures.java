package dev.usernameregistry.examples.bench.frame;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what rounds bring, row by row. Not thread-safe. */
public final class Figures {
  private final Map<Row, Map<Side, List<Double>>> values = new HashMap<>();

  /** Has none yet. */
  public Figures() {}

  /** Adds the figure of one round. */
  public void add(Row row, Side side, double value) {
    values
        .computeIfAbsent(row, r -> new EnumMap<>(Side.class))
        .computeIfAbsent(side, s -> new ArrayList<>())
        .add(value);
  }

  /** Returns all of these rows that have a figure of ours. */
  public List<Result> results(List<Row> rows) {
    return rows.stream()
        .filter(row -> spread(row, Side.OURS).isPresent())
        .map(this::result)
        .toList();
  }

  private Result result(Row row) {
    return new Result(
        row,
        spread(row, Side.OURS).orElseThrow(),
        spread(row, Side.JS),
        row.beside().flatMap(other -> spread(other, Side.OURS)));
  }

  private Optional<Spread> spread(Row row, Side side) {
    return Optional.ofNullable(values.getOrDefault(row, Map.of()).get(side)).map(Spread::new);
  }
}
