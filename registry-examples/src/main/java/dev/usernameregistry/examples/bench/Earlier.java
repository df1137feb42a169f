package dev.usernameregistry.examples.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.terminal.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An earlier run, read from what {@code bench --json} printed, to compare a later one with.
 *
 * <p>Machines differ, and one machine differs from hour to hour; so a figure is taken as a part of
 * what the machine could do in the same run. The yardstick of a row is the limit that it is beside,
 * else SHA-256, which is none of our code; sizes and counts need none. Of the limits, those that
 * are our code (Ed25519, BLAKE2b) are compared too, and the others only serve as yardsticks.
 */
final class Earlier {
  /** How many times as much a row may cost before it counts as slower. */
  static final double SLOWER = 1.25;

  private static final Set<Row> ONLY_YARDSTICKS =
      Set.of(Limits.SHA256, Limits.FSYNC, Limits.LOOPBACK);

  private static final List<String> RATES = List.of("/s", "MB/s", "names/s");
  private static final String TIME = "ms";

  private final Map<String, Double> medians;

  private Earlier(Map<String, Double> medians) {
    this.medians = medians;
  }

  /**
   * Reads a run, to be compared with one that does {@code load}.
   *
   * @throws IllegalArgumentException if the file cannot be read, or holds no results, or those of
   *     other work
   */
  static Earlier read(Path file, Load load) {
    try {
      for (String line : Files.readAllLines(file)) {
        JsonNode said = new ObjectMapper().readTree(line);
        if (said.path("event").asText().equals("results")) {
          requireSame(file, Load.of(said.path("load")), load);
          return of(said.path("rows"));
        }
      }
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException(file + " is not what 'bench --json' prints", notJson);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(Unreadable.reason(file, unreadable), unreadable);
    }
    throw new IllegalArgumentException(file + " holds no results of 'bench --json'");
  }

  private static void requireSame(Path file, Load then, Load now) {
    if (!then.compares(now)) {
      throw new IllegalArgumentException(
          file + " is of other work: " + then + "; this run would do " + now);
    }
  }

  private static Earlier of(JsonNode rows) {
    Map<String, Double> medians = new HashMap<>();
    for (JsonNode row : rows) {
      medians.put(row.path("row").asText(), row.path("ours").path("median").asDouble());
    }
    return new Earlier(medians);
  }

  /** Returns every row that both runs have, in the order of {@code results}. */
  List<Change> changes(List<Result> results) {
    Map<Row, Double> now =
        results.stream().collect(Collectors.toMap(Result::row, one -> one.ours().median()));
    return results.stream()
        .map(Result::row)
        .filter(row -> !ONLY_YARDSTICKS.contains(row))
        .flatMap(row -> change(row, now).stream())
        .toList();
  }

  private Optional<Change> change(Row row, Map<Row, Double> now) {
    Optional<Row> yardstick = yardstick(row);
    Optional<Double> thenCost =
        cost(row, then(row), yardstick.map(this::then).orElse(Optional.of(1.0)));
    Optional<Double> nowCost =
        cost(
            row,
            Optional.ofNullable(now.get(row)),
            yardstick.map(one -> Optional.ofNullable(now.get(one))).orElse(Optional.of(1.0)));
    return thenCost.isEmpty() || nowCost.isEmpty()
        ? Optional.empty()
        : Optional.of(new Change(row, yardstick, nowCost.get() / thenCost.get()));
  }

  private Optional<Double> then(Row row) {
    return Optional.ofNullable(medians.get(row.id()));
  }

  /** Returns how much of the yardstick one unit of work takes; empty if that says nothing. */
  private static Optional<Double> cost(
      Row row, Optional<Double> figure, Optional<Double> yardstick) {
    if (figure.isEmpty() || yardstick.isEmpty() || figure.get() <= 0 || yardstick.get() <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        row.better() == Row.Better.MORE
            ? yardstick.get() / figure.get()
            : yardstick.get() * figure.get());
  }

  private static Optional<Row> yardstick(Row row) {
    if (row.beside().filter(Limits.all()::contains).isPresent()) {
      return row.beside();
    }
    boolean ofTime = RATES.contains(row.unit()) || row.unit().equals(TIME);
    return ofTime ? Optional.of(Limits.SHA256) : Optional.empty();
  }

  /**
   * What became of a row.
   *
   * @param yardstick what both figures were divided by; empty if by nothing
   * @param factor how many times as much it costs now
   */
  record Change(Row row, Optional<Row> yardstick, double factor) {

    /** Returns whether it became slower, or larger, by more than 25 %. */
    boolean slower() {
      return factor > SLOWER;
    }
  }
}
